"""One request and its answer over HTTP/1.1, on a connection that is made for it (RFC 9112).

Whoever answers may be anybody: a call as a whole has a deadline, and an answer a largest size.

`http.client` does the same, without those; importing it (an e-mail parser, TLS) takes a tenth of a
run that changes nothing. Providers, who want TLS and proxies, are called through it
(`machine/web/`).
"""

import socket
import time
from collections.abc import Mapping

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
    content = _sent(request)
    connection.settimeout(_left(until))
    connection.sendall(content)
    return _answer(_Stream(connection, until), largest)


def _sent(request: Request) -> bytes:
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

    def exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            if not self._more():
                raise Garbled(CUT_OFF)
        return self._take(size)

    def rest(self, largest: int) -> bytes:
        while len(self._read) <= largest and self._more():
            pass
        return self._take(_checked(len(self._read), largest))

    def _more(self) -> bool:
        self._connection.settimeout(_left(self._until))
        piece = self._connection.recv(PIECE)
        self._read += piece
        return bool(piece)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._read[:size])
        del self._read[:size]
        return taken


def _answer(stream: _Stream, largest: int) -> Answer:
    for _attempt in range(MOST_INTERIM + 1):
        status, headers = _head(stream)
        if status >= 200:
            content = b"" if status == 204 else _content(stream, headers, largest)
            return Answer(status=status, headers=headers, content=content)
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


def _content(stream: _Stream, headers: Mapping[str, str], largest: int) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        content = bytearray()
        while size := _number(stream.line().partition(";")[0], 16):
            _checked(len(content) + size, largest)
            content += stream.exactly(size)
            stream.line()
        return bytes(content)
    if "content-length" in headers:
        return stream.exactly(_checked(_number(headers["content-length"], 10), largest))
    return stream.rest(largest)


def _number(text: str, base: int) -> int:
    try:
        number = int(text[:40], base)
    except ValueError:
        number = -1
    if number < 0:
        raise Garbled(f"the answer's length is no number: {text[:40]}")
    return number


def _checked(size: int, largest: int) -> int:
    if size > largest:
        raise Garbled(f"what answers there sends more than {largest // 1024} KiB")
    return size
