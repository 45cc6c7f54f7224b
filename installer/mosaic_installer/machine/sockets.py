"""The TCP sockets that listen: the kernel is asked (sock_diag(7)), else its tables (proc(5)).

The tables show every connection, and the kernel looks for them in all its memory of such: on a
machine with much of it, that takes as long as starting Python.
"""

import errno
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TABLES = {socket.AF_INET: Path("/proc/net/tcp"), socket.AF_INET6: Path("/proc/net/tcp6")}
LISTENS = 10
SOCK_DIAG, BY_FAMILY = 4, 20
DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP, of netlink(7)
ERROR, DONE = 2, 3
PATIENCE = 1.0
HEADER = struct.Struct("=IHHII")
QUERY = struct.Struct("=BBBBI48x")
ROW = struct.Struct("=4x2s2x16s16x12x12xII")


class ListeningSocket(NamedTuple):
    """A socket that listens, the user whose it is, and by what number processes hold it."""

    address: str
    port: int
    owner: int
    inode: int


def listening_sockets() -> Iterator[ListeningSocket]:
    """Yield every listening TCP socket; nothing where the system does not show them."""
    for family, table in TABLES.items():
        try:
            yield from _asked(family)
        except (OSError, AttributeError):  # a kernel without sock_diag, or a system without netlink
            yield from _listed(family, table)


def _asked(family: socket.AddressFamily) -> list[ListeningSocket]:
    query = QUERY.pack(family, socket.IPPROTO_TCP, 0, 0, 1 << LISTENS)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, SOCK_DIAG) as kernel:
        kernel.settimeout(PATIENCE)
        kernel.sendall(HEADER.pack(HEADER.size + len(query), BY_FAMILY, DUMP, 0, 0) + query)
        found: list[ListeningSocket] = []
        while True:
            for kind, content in _messages(kernel.recv(1 << 16)):
                if kind == DONE:
                    return found
                if kind == ERROR:
                    number = -struct.unpack_from("=i", content)[0]
                    raise OSError(number, os.strerror(number))
                found.append(_row(family, content))


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= HEADER.size:
        length, kind, _flags, _sequence, _port = HEADER.unpack_from(data)
        if length < HEADER.size:
            raise OSError(errno.EBADMSG, "a message of the kernel makes no sense")
        yield kind, data[HEADER.size : length]
        data = data[(length + 3) & ~3 :]


def _row(family: socket.AddressFamily, content: bytes) -> ListeningSocket:
    port, address, owner, inode = ROW.unpack_from(content)
    size = 4 if family == socket.AF_INET else 16
    shown = socket.inet_ntop(family, address[:size])
    return ListeningSocket(shown, int.from_bytes(port, "big"), owner, inode)


def _listed(family: socket.AddressFamily, table: Path) -> Iterator[ListeningSocket]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return  # no IPv6, or no /proc
    for fields in map(str.split, lines):
        if int(fields[3], 16) == LISTENS:
            address, _, port = fields[1].partition(":")
            shown = socket.inet_ntop(family, _bytes(address))
            yield ListeningSocket(shown, int(port, 16), int(fields[7]), int(fields[9]))


def _bytes(address: str) -> bytes:
    """Return an address that the kernel shows as numbers of four bytes, in its own order."""
    words = (address[start : start + 8] for start in range(0, len(address), 8))
    return b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)
