"""The real program, killed (SIGKILL) as soon as its journal has one certain line, or in between."""

import textwrap
from pathlib import Path

from tests.e2e.program import lines_of
from tests.e2e.stack import Stack

# Python runs a module of this name at its start; the product knows nothing of it.
KILLER = """
    import importlib, os, signal
    from mosaic_installer.machine.records import journal

    place, known = os.environ["KILL_AT"], os.environ["KILLED_AT"]
    seen = {}
    record = journal.Journal.record

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def count(name):
        seen[name] = seen.get(name, 0) + 1
        if f"{name} {seen[name]}" == place:
            die()

    def deadly(self, outcome, step):
        record(self, outcome, step)
        count(f"{outcome} {type(step.action).__name__}")
        line = f"{outcome} {step.action.describe()}"
        with open(known, "a+") as file:
            file.seek(0)
            if not place and line not in file.read().splitlines():
                print(line, file=file, flush=True)
                die()

    journal.Journal.record = deadly

    def deadly_before(name):
        module, _, path = name.removeprefix("before ").partition(":")
        *owners, last = path.split(".")
        owner = importlib.import_module(f"mosaic_installer.{module}")
        for each in owners:
            owner = getattr(owner, each)
        call = getattr(owner, last)

        def counted(*given, **named):
            count(name)
            return call(*given, **named)

        setattr(owner, last, counted)

    if place.startswith("before "):
        deadly_before(place.rpartition(" ")[0])
"""


def killed_install(stack: Stack, folder: Path, boundary: str, **changes: str) -> None:
    """Install, and die right after the journal's line `OUTCOME KIND NUMBER`.

    Within an action, a boundary is `before MODULE:FUNCTION NUMBER`: the call that is not made.
    """
    stack.install("--yes", code=-9, **_armed(folder, boundary), **changes)


def killed_everywhere(stack: Stack, folder: Path, **changes: str) -> list[str]:
    """Install, and die at every line of the journal: each run at the next one, the last at none.

    Returns these lines, as `OUTCOME DESCRIPTION`.
    """
    while stack.install("--yes", code=(-9, 0), **_armed(folder, ""), **changes).code:
        continue
    return [*lines_of(folder / "killed-at")]


def _armed(folder: Path, place: str) -> dict[str, str]:
    (folder / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    known = str(folder / "killed-at")
    return {"PYTHONPATH": str(folder), "KILL_AT": place, "KILLED_AT": known}
