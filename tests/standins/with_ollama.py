"""Run a program where an Ollama listens, as on its own machine: `with_ollama.py COMMAND...`.

For a network namespace of its own: there its usual port is free, and no other test sees it.
"""

import fcntl
import socket
import struct
import subprocess
import sys

from tests.standins.server import StandIn
from tests.standins.services import ollama

MODELS = ("llama3.1:8b", "llama3.2:3b", "nomic-embed-text:latest")
USUAL_PORT = 11434
SET_FLAGS, IS_UP = 0x8914, 0x41  # netdevice(7): SIOCSIFFLAGS, IFF_UP | IFF_RUNNING


def main() -> int:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh", b"lo", IS_UP))
    with StandIn(ollama(MODELS), port=USUAL_PORT):
        return subprocess.call(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
