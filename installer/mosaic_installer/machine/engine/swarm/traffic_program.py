"""What runs in a task on each node to try the network between them: by itself, on any Python 3.9.

Every node answers the others, and asks each of them: for its clock, and for more than fits into one
packet, because a path that loses large packets answers small questions. What each saw is a line of
JSON on its stdout. This file is handed over as text (`traffic.py`) and imports nothing of ours.
"""

import json
import os
import socket
import sys
import threading
import time
from typing import Any

PORT = int(os.environ.get("PORT", "7000"))
LARGE = 256 * 1024
"""Bytes of the large answer: many packets of whatever size."""
PATIENCE = 3.0
"""Seconds that another node gets for a small answer, and to begin a large one."""
PAUSE = 0.1


class Peers:
    """The nodes that said that they have seen all there is to see."""

    def __init__(self) -> None:
        self.done = 0
        self.changed = threading.Condition()

    def add(self) -> None:
        """Count one more."""
        with self.changed:
            self.done += 1
            self.changed.notify_all()

    def wait_for(self, count: int, seconds: float) -> None:
        """Return once so many are done, or the time is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.done >= count, seconds)


def serve(server: socket.socket, node: str, peers: Peers) -> None:
    """Answer whoever asks, one after the other in a thread each."""
    while True:
        connection, _ = server.accept()
        threading.Thread(target=answer, args=(connection, node, peers), daemon=True).start()


def answer(connection: socket.socket, node: str, peers: Peers) -> None:
    """Answer one question: a letter."""
    with connection:
        connection.settimeout(PATIENCE)
        try:
            letter = connection.recv(1)
            if letter == b"?":
                connection.sendall(json.dumps({"node": node, "clock": time.time()}).encode())
            elif letter == b"L":
                connection.sendall(bytes(LARGE))
            elif letter == b"!":
                peers.add()
        except OSError:
            pass  # whoever asked says so


def ask(address: str, letter: bytes) -> bytes:
    """Return the whole answer; raises `OSError` where there is none."""
    with socket.create_connection((address, PORT), timeout=PATIENCE) as connection:
        connection.sendall(letter)
        content = b""
        while piece := connection.recv(65536):
            content += piece
    return content


def meet(address: str) -> "dict[str, Any]":
    """Return what a node at an address said, and by how much its clock is ahead of ours."""
    before = time.time()
    said = json.loads(ask(address, b"?"))
    ahead = said["clock"] - (before + time.time()) / 2
    return {"node": said["node"], "ahead": ahead, "large": is_large_whole(address)}


def is_large_whole(address: str) -> bool:
    """Return whether all of a large answer comes."""
    try:
        return len(ask(address, b"L")) == LARGE
    except OSError:
        return False


def addresses_of(name: str) -> "set[str]":
    """Return the addresses behind a name; none where it has none yet."""
    try:
        return {str(row[4][0]) for row in socket.getaddrinfo(name, PORT, socket.AF_INET)}
    except OSError:
        return set()


def look(name: str, count: int, seconds: float) -> "dict[str, Any]":
    """Ask all until each of `count` nodes has answered, or the time is over."""
    until = time.monotonic() + seconds
    known: set[str] = set()
    met: dict[str, dict[str, Any]] = {}
    while len(met) < count and time.monotonic() < until:
        known |= addresses_of(name)
        for address in sorted(known - met.keys()):
            try:
                met[address] = meet(address)
            except (OSError, ValueError):
                continue  # it may begin later than we do
        time.sleep(PAUSE)
    return {"known": sorted(known), "met": [*met.values()]}


def main() -> None:
    """Say what is to be seen from here, and stay until the others have looked, too."""
    node, name = os.environ["NODE"], os.environ["PEERS"]
    count, seconds = int(os.environ["COUNT"]), float(os.environ["SECONDS"])
    peers = Peers()
    with socket.create_server(("0.0.0.0", PORT)) as server:  # noqa: S104 - in a network of its own
        threading.Thread(target=serve, args=(server, node, peers), daemon=True).start()
        seen = look(name, count, seconds)
        sys.stdout.write(json.dumps({"node": node, **seen}) + "\n")
        sys.stdout.flush()
        for address in seen["known"]:
            try:
                ask(address, b"!")
            except OSError:
                continue
        peers.wait_for(count, seconds)


if __name__ == "__main__":
    main()
