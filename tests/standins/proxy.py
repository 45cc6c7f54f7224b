"""A small real HTTP proxy that leads every tunnel to one port of this machine."""

import socket
import threading
from base64 import b64encode
from typing import Self


class Proxy:
    """Takes CONNECT (RFC 9110, 9.3.6); with `password` only from who says `ada:<password>`."""

    def __init__(self, leads_to: int, *, password: str = "", refuses: bool = False) -> None:
        self.asked: list[str] = []
        self._leads_to = leads_to
        self._wanted = b64encode(f"ada:{password}".encode()).decode() if password else ""
        self._refuses = refuses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            text = head.decode()
            self.asked.append(text.partition("\r\n")[0])
            if self._refuses:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            elif f"Basic {self._wanted}" not in text and self._wanted:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            else:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._leads_to)) as server:
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
