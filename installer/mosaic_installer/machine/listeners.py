"""The TCP sockets that listen on this machine, and who holds them: from /proc (proc(5)).

A system without it hides them from all but root; there the start tells that a port is taken.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.machine.sockets import ListeningSocket, listening_sockets

PROC = Path("/proc")
LONGEST_NAME = 15


def find_listeners(our_mark: str) -> tuple[Listener, ...]:
    """Return every listening TCP socket; ours are those whose command line holds `our_mark`.

    The holder of another user's socket is only known to root.
    """
    rows = {(row.address, row.port): row for row in listening_sockets()}
    holders = _holders({row.inode for row in rows.values() if os.geteuid() in {0, row.owner}})
    return tuple(_listener(rows[key], holders, our_mark) for key in sorted(rows))


def _holders(inodes: set[int]) -> dict[int, int]:
    """Return the processes that hold these sockets, as far as we may know."""
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    found: dict[int, int] = {}
    for process in _sharing_our_network() if wanted else ():
        if len(found) == len(wanted):
            break
        held = wanted.keys() & set(_open_files(process))
        found |= {wanted[target]: process for target in held}
    return found


def _sharing_our_network() -> Iterator[int]:
    """Yield the processes that may hold our sockets: not those of containers, whose files are many.

    One that went into another network with a socket of this one stays unknown, as others' do.
    """
    ours = _network("self")
    with suppress(OSError), os.scandir(PROC) as entries:
        for entry in entries:
            if entry.name.isdecimal() and _network(entry.name) == ours:
                yield int(entry.name)


def _network(process: str) -> str:
    """Return the network that a process is in; empty where we may not know."""
    try:
        return os.readlink(f"{PROC}/{process}/ns/net")  # noqa: PTH115 - as below
    except OSError:
        return ""


def _open_files(pid: int) -> Iterator[str]:
    # It may be another user's, or over, or close one in this moment.
    with suppress(OSError), os.scandir(f"{PROC}/{pid}/fd") as files:
        for file in files:
            try:
                yield os.readlink(file.path)  # noqa: PTH115 - there may be tens of thousands
            except OSError:
                continue


def _listener(row: ListeningSocket, holders: Mapping[int, int], our_mark: str) -> Listener:
    pid = holders.get(row.inode)
    try:
        name, words = ("", []) if pid is None else (_name(pid), _words(pid))
    except OSError:
        return Listener(address=row.address, port=row.port)
    return Listener(
        address=row.address, port=row.port, program=name, pid=pid, is_ours=our_mark in words
    )


def _words(pid: int) -> list[str]:
    """Return the words that a process was started with."""
    return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")


def _name(pid: int) -> str:
    """Return the name of the program; the kernel keeps only the beginning of a long one."""
    name = (PROC / str(pid) / "comm").read_bytes().decode(errors="replace").rstrip("\n")
    whole = _words(pid)[0].rpartition("/")[2]
    return whole if len(name) == LONGEST_NAME and whole.startswith(name) else name
