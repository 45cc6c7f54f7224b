"""When a process is over: it holds no port and no file any more."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def has_ended(process: "psutil.Process") -> bool:
    """Return whether it is over, also where its parent has not fetched it yet.

    That is not for us to wait for: the first process of a container may never do it. Of one that
    is killed, the first thread is a zombie already while others still hold its port.
    """
    import psutil

    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return process.num_threads() < 2
        return not process.is_running()
    except psutil.Error:
        return True
