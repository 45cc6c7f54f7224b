"""How many connections there may be, which is a matter of how many files may be open."""

import resource
from dataclasses import dataclass

MOST_FILES, MOST_CONNECTIONS, MOST_WAITING = 16_384, 4096, 512
# For the database, the log, threads and whatever else is open besides connections.
OTHER_FILES = 96
TURNS = 4


@dataclass(frozen=True)
class Room:
    """How many connections are held, and how many more the kernel may let in before we look."""

    connections: int
    waiting: int


def make_room() -> Room:
    """Raise the soft limit of open files as far as is useful, and say what fits below it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MOST_FILES if soft == resource.RLIM_INFINITY else soft
    free = max(files - OTHER_FILES, 16)
    # A connection that has to make room is closed some turns of the loop after it was let in, and
    # in each of them as many more may be.
    waiting = min(MOST_WAITING, free // (2 * TURNS))
    return Room(min(MOST_CONNECTIONS, free - TURNS * waiting), waiting)
