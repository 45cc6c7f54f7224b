"""Whoever else may have the gateway's port: programs that answer, but never as a gateway does."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"


def _whole(content: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter((JSON + b"Content-Length: %d\r\n\r\n" % len(content) + content,))


def _drips() -> Iterator[bytes]:
    yield JSON + b"Content-Length: 1000000\r\n\r\n"
    while True:
        yield b" "


def _endless(piece: bytes, head: bytes = b"") -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield head
        while True:
            yield piece

    return pieces


IMPOSTORS: dict[str, Callable[[], Iterator[bytes]]] = {
    "silent": lambda: iter(()),
    "drips": _drips,
    "drips a status": _endless(b"x"),
    "headers without end": _endless(b"X-Again: and again\r\n", OK),
    "one header without end": _endless(b"x" * 1000, OK + b"X: "),
    "continue for ever": _endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "content without end": _endless(b"x" * 10_000, JSON + b"\r\n"),
    "chunks without end": _endless(b"1\r\nx\r\n", JSON + b"Transfer-Encoding: chunked\r\n\r\n"),
    "huge": _endless(b"x" * 10_000, JSON + b"Content-Length: 99999999999\r\n\r\n"),
    "nested": _whole(b"[" * 500_000),
    "nested objects": _whole(b'{"a":' * 100_000),
    "html": _whole(b"<html>It works!</html>"),
    "a text": _whole(b'"gateway"'),
    "a number": _whole(b"7"),
    "rows of texts": _whole(b'["a", 1, null]'),
    "rows of others": _whole(b'[{"id": 1}]'),
    "an empty object": _whole(b"{}"),
    "no http": lambda: iter((b"SSH-2.0-OpenSSH_9.2\r\n",)),
}


@contextlib.contextmanager
def impostor(name: str, port: int = 0) -> Iterator[int]:
    """Answer every connection on a loopback port, which is returned, as IMPOSTORS says."""
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        # A silent one keeps the connection; every other ends its answer with it.
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            for piece in IMPOSTORS[name]():
                connection.sendall(piece)
                if "drips" in name and ended.wait(0.05):
                    return
            if name == "silent":
                ended.wait()

    def accept(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = listener.accept()[0]
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", port)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
