"""A wire that carries no more bytes in a second than it is told to: what a download is seen on."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 32_768


class _End(socketserver.BaseRequestHandler):
    """One connection; what comes back from the other end comes slowly."""

    server: "_Wire"

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port)) as other:
            asking = threading.Thread(target=_carry, args=(self.request, other, None))
            asking.start()
            _carry(other, self.request, self.server.bytes_per_second)
            asking.join()


class _Wire(socketserver.ThreadingTCPServer):
    daemon_threads = True
    port: int
    bytes_per_second: int


def _carry(source: socket.socket, goal: socket.socket, bytes_per_second: int | None) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            goal.sendall(data)
            if bytes_per_second:
                time.sleep(len(data) / bytes_per_second)
    for end in (source, goal):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def slow_wire(port: int, bytes_per_second: int) -> Iterator[int]:
    """Give the port of a slow wire to the server on `port` of this machine."""
    with _Wire(("127.0.0.1", 0), _End) as wire:
        wire.port, wire.bytes_per_second = port, bytes_per_second
        thread = threading.Thread(target=wire.serve_forever)
        thread.start()
        try:
            yield int(wire.server_address[1])
        finally:
            wire.shutdown()
            thread.join()
