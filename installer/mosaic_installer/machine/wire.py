"""One request and its answer over HTTP/1.1, on a connection that is made for it (RFC 9112).

Whoever answers may be anybody: a call as a whole has a deadline, and an answer a largest size.
One that comes line by line has both for each line instead.

`http.client` does the same, without those; importing it (an e-mail parser, TLS) takes a tenth of a
run that changes nothing. Providers, who want TLS and proxies, are called through it
(`machine/web/`).
"""

import socket
import time
from collections.abc import Iterator, Mapping

from mosaic_installer.core.frozen import field, frozen

LONGEST_HEAD = 64 * 1024
LARGEST = 1024 * 1024
MOST_HEADERS = 100
MOST_INTERIM = 5
PIECE = 64 * 1024
CUT_OFF = "the connection was closed in the middle of an answer"


class Garbled(ConnectionError):
    """What answers does not speak HTTP, not in reason, or stopped in the middle of it."""


@frozen
class Request:
    """What is asked: a method, a target (a path with its query), and what goes with it."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@frozen
class Answer:
    """A status, the headers by their names in small letters, and the content."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def connected(host: str, port: int, timeout: float) -> socket.socket:
    """Return a connection to an address in numbers; `timeout` is the longest silence, in seconds.

    What connects to names as well loads Unicode's rules for them, whatever it is given.
    """
    connection = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        connection.settimeout(timeout)
        connection.connect((host, port))
    except OSError:
        connection.close()
        raise
    return connection


def ask(
    connection: socket.socket, request: Request, *, until: float, largest: int = LARGEST
) -> Answer:
    """Return the answer to a request; the connection is of no use afterwards.

    `until` is the time of the monotonic clock by which it has come whole, `largest` how many bytes
    its content may have. Raises OSError (Garbled is one, TimeoutError another), and ValueError for
    a header that would be more than one line, or is not of Latin letters.
    """
    return follow(connection, request, until=until).whole(largest)


def follow(connection: socket.socket, request: Request, *, until: float) -> "Following":
    """Return the answer to a request as soon as its head has come, `until` then at the latest.

    Raises what `ask` does.
    """
    send(connection, request, until=until)
    return await_answer(connection, until=until)


def send(connection: socket.socket, request: Request, *, until: float) -> None:
    """Send a request whose answer is awaited later; raises what `ask` does."""
    content = sent_as(request)
    connection.settimeout(_left(until))
    connection.sendall(content)


def await_answer(connection: socket.socket, *, until: float) -> "Following":
    """Return the answer to what was sent as soon as its head has come; raises what `ask` does."""
    stream = _Stream(connection, until)
    return Following(stream, *_final_head(stream))


class Following:
    """An answer whose content is still to come."""

    def __init__(self, stream: "_Stream", status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers
        self._stream = stream

    def whole(self, largest: int = LARGEST) -> Answer:
        """Return all of it; raises OSError as `ask` does, by the deadline of the head."""
        content = bytearray()
        for piece in self._pieces():
            content += piece
            _checked(len(content), largest)
        return Answer(status=self.status, headers=self.headers, content=bytes(content))

    def lines(self, *, silence: float, longest: int = LARGEST) -> Iterator[bytes]:
        """Yield each line as it comes, without its end; what follows the last line end is none.

        A line has at most `longest` bytes, and comes whole within `silence` seconds. Raises
        OSError as `ask` does.
        """
        line = bytearray()
        self._stream.wait_for(silence)
        for piece in self._pieces():
            first, *others = piece.split(b"\n")
            line += first
            for other in others:
                _checked(len(line), longest)
                yield bytes(line.removesuffix(b"\r"))
                line = bytearray(other)
                self._stream.wait_for(silence)
            _checked(len(line), longest)

    def _pieces(self) -> Iterator[bytes]:
        if self.status == 204:
            return
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := _number(self._stream.line().partition(";")[0], 16):
                yield from self._stream.exactly(size)
                self._stream.line()
        elif "content-length" in self.headers:
            yield from self._stream.exactly(_number(self.headers["content-length"], 10))
        else:
            while piece := self._stream.piece(PIECE):
                yield piece


def sent_as(request: Request) -> bytes:
    """Return a request as it is sent; raises ValueError as `ask` does."""
    length = {} if request.body is None else {"Content-Length": str(len(request.body))}
    rows = {"Connection": "close", **request.headers, **length}
    first = f"{request.method} {request.target} HTTP/1.1"
    lines = [first, *(f"{name}: {value}" for name, value in rows.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header is one line")
    head = "".join(f"{line}\r\n" for line in (*lines, ""))
    return head.encode("latin-1") + (request.body or b"")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class _Stream:
    """What comes over a connection, until a deadline."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._read = bytearray()

    def line(self) -> str:
        _left(self._until)
        while b"\n" not in self._read:
            if len(self._read) > LONGEST_HEAD or not self._more():
                raise Garbled(CUT_OFF)
        return self._take(self._read.index(b"\n") + 1).decode("latin-1").rstrip("\r\n")

    def exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self.piece(size)
            if not piece:
                raise Garbled(CUT_OFF)
            size -= len(piece)
            yield piece

    def piece(self, most: int) -> bytes:
        """Return what is there, else what comes next; nothing at the end."""
        _left(self._until)
        if not self._read:
            self._more()
        return self._take(min(most, len(self._read)))

    def wait_for(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def _more(self) -> bool:
        self._connection.settimeout(_left(self._until))
        piece = self._connection.recv(PIECE)
        self._read += piece
        return bool(piece)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._read[:size])
        del self._read[:size]
        return taken


def _final_head(stream: _Stream) -> tuple[int, dict[str, str]]:
    for _attempt in range(MOST_INTERIM + 1):
        status, headers = _head(stream)
        if status >= 200:
            return status, headers
    raise Garbled("what answers there announces an answer again and again, and gives none")


def _head(stream: _Stream) -> tuple[int, dict[str, str]]:
    protocol, _, rest = stream.line().partition(" ")
    status = rest.partition(" ")[0]
    if not protocol.startswith("HTTP/") or not (status.isdecimal() and len(status) == 3):
        raise Garbled("what answers there does not speak HTTP")
    headers: dict[str, str] = {}
    size = count = 0
    while line := stream.line():
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), value.strip())
        size, count = size + len(line), count + 1
        if size > LONGEST_HEAD or count > MOST_HEADERS:
            raise Garbled("what answers there sends headers without end")
    return int(status), headers


def _number(text: str, base: int) -> int:
    try:
        number = int(text[:40], base)
    except ValueError:
        number = -1
    if number < 0:
        raise Garbled(f"the answer's length is no number: {text[:40]}")
    return number


def _checked(size: int, largest: int) -> None:
    if size > largest:
        raise Garbled(f"what answers there sends more than {largest // 1024} KiB")
