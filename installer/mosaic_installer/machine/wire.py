"""One request and its answer over HTTP/1.1, on a connection that is made for it (RFC 9112).

`http.client` does the same; importing it (an e-mail parser, TLS) takes a tenth of a run that
changes nothing. Providers, who want TLS and proxies, are called through it (`machine/web/`).
"""

import socket
from collections.abc import Mapping
from typing import BinaryIO

from mosaic_installer.core.frozen import frozen

LONGEST_LINE = 65536


class Garbled(ConnectionError):
    """What answers does not speak HTTP, or stopped in the middle of it."""


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
    connection: socket.socket,
    method: str,
    target: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Answer:
    """Return the answer to a request; the connection is of no use afterwards.

    Raises OSError (Garbled is one), and ValueError for a header that would be more than one line,
    or is not of Latin letters.
    """
    length = {} if body is None else {"Content-Length": str(len(body))}
    rows = {"Connection": "close", **headers, **length}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in rows.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header is one line")
    head = "".join(f"{line}\r\n" for line in (*lines, ""))
    connection.sendall(head.encode("latin-1") + (body or b""))
    with connection.makefile("rb") as stream:
        return _answer(stream)


def _answer(stream: BinaryIO) -> Answer:
    protocol, _, rest = _line(stream).partition(" ")
    status = rest.partition(" ")[0]
    if not protocol.startswith("HTTP/") or not (status.isdecimal() and len(status) == 3):
        raise Garbled("what answers there does not speak HTTP")
    headers: dict[str, str] = {}
    while line := _line(stream):
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), value.strip())
    content = b"" if status == "204" else _content(stream, headers)
    return Answer(status=int(status), headers=headers, content=content)


def _content(stream: BinaryIO, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        content = b""
        while size := _number(_line(stream).partition(";")[0], 16):
            content += _exactly(stream, size)
            _line(stream)
        return content
    if "content-length" in headers:
        return _exactly(stream, _number(headers["content-length"], 10))
    return stream.read()


def _line(stream: BinaryIO) -> str:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise Garbled("the connection was closed in the middle of an answer")
    return line.decode("latin-1").rstrip("\r\n")


def _number(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise Garbled(f"the answer's length is no number: {text[:40]}") from None


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise Garbled("the connection was closed in the middle of an answer")
    return content
