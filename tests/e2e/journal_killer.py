"""The real program, killed (SIGKILL) as soon as its journal has one certain line."""

import json
import textwrap
from collections import Counter
from pathlib import Path

from tests.e2e.program import lines_of
from tests.e2e.stack import Stack

# Python runs a module of this name at its start; the product knows nothing of it.
KILLER = """
    import os, signal
    from mosaic_installer.machine.records import journal

    seen = {}
    record = journal.Journal.record

    def deadly(self, outcome, step):
        record(self, outcome, step)
        name = f"{outcome} {type(step.action).__name__}"
        seen[name] = seen.get(name, 0) + 1
        if f"{name} {seen[name]}" == os.environ["KILL_AT"]:
            os.kill(os.getpid(), signal.SIGKILL)

    journal.Journal.record = deadly
"""


def killed_install(stack: Stack, folder: Path, boundary: str, **changes: str) -> None:
    """Install, and die right after the journal's line `OUTCOME KIND NUMBER`."""
    (folder / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    variables = {"PYTHONPATH": str(folder), "KILL_AT": boundary}
    stack.install("--yes", code=-9, **variables, **changes)


def boundaries_of(journal: Path) -> list[str]:
    """Return every such line of a journal, in its order."""
    counted: Counter[str] = Counter()
    found = []
    for row in map(json.loads, lines_of(journal)):
        if "outcome" in row:
            name = f"{row['outcome']} {row['kind']}"
            counted[name] += 1
            found.append(f"{name} {counted[name]}")
    return found
