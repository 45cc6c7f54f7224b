"""Processes of containers that their engine has lost sight of: it died while it started them.

Between the creation of a container's first process and the note that the container runs, only
containerd knows of that process. An engine that is killed there takes the container afterwards for
one that never started; removing it leaves the process behind: waiting, with an end of the network
whose address (and so its MAC) the next container gets as well, or already at work on the volume.
Docker 20.10 to 28 do so (moby: `restore` in daemon/daemon.go, daemon/delete.go), and no call of an
engine shows such a process, or ends it. The kernel knows it by its control group (cgroups(7)).
"""

import os
import signal
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document

PROC = Path("/proc")
WITHOUT_PROCESS = {"created", "exited", "dead"}
"""The states in which a container has no process, as far as its engine knows."""
WAITING = "runc:["
"""How the name of a first process begins that was never told to become a program (runc)."""
PATIENCE = 10.0
PAUSE = 0.02


def ids_without_process(rows: Collection[Document]) -> tuple[str, ...]:
    """Return the ids of those containers, inspected or listed, that should have no process."""
    states = {row["Id"]: row["State"] for row in rows}
    words = {id_: said if isinstance(said, str) else said["Status"] for id_, said in states.items()}
    return tuple(id_ for id_ in words if words[id_] in WITHOUT_PROCESS)


def strays_of(containers: Collection[str]) -> tuple[int, ...]:
    """Return the processes in the control groups of these containers, which are ids.

    None are seen of an engine on another machine, in a virtual one, or on another system.
    """
    if not containers or sys.platform != "linux":
        return ()
    return tuple(sorted(_processes(containers)))


def end_strays(containers: Collection[str]) -> None:
    """End those processes.

    Raises EngineError where one of them is at work, and is not ours to end, or does not end.
    """
    left = strays_of(containers)
    for pid in left:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while (left := tuple(pid for pid in strays_of(containers) if not _only_waits(pid))) != ():
        if not all(map(_is_ours_to_end, left)) or time.monotonic() > end:
            raise _still_there(left)
        time.sleep(PAUSE)


def _processes(containers: Collection[str]) -> Iterator[int]:
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            groups = (folder / "cgroup").read_text(errors="replace")
            if any(id_ in groups for id_ in containers):
                yield int(folder.name)


def _only_waits(pid: int) -> bool:
    """Return whether it never became a program, and so does nothing but wait for that."""
    with suppress(OSError):
        return (PROC / str(pid) / "comm").read_text(errors="replace").startswith(WAITING)
    return True  # it ended meanwhile


def _is_ours_to_end(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return False
    except ProcessLookupError:
        pass
    return True


def _still_there(pids: Collection[int]) -> EngineError:
    listed = " ".join(map(str, pids))
    return EngineError(
        "the container engine has lost sight of a container that is still at work, since it died "
        f"while it started that one (processes {listed})",
        f"end it (`sudo kill -9 {listed}`) and run this again: two servers on one volume would "
        "damage the data",
        identifier="engine-lost-container",
    )
