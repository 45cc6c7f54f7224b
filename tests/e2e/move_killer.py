"""A move of a service between nodes that dies where a test says, or whose copy is spoiled."""

import textwrap
from pathlib import Path

from tests.e2e.program import Done
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack

# Python runs a module of this name at its start; the product knows nothing of it.
KILLER = """
    import os, signal, subprocess
    from mosaic_installer.machine.engine.swarm import carrying, changes, trying

    def deadly(owner, name, *, before):
        real, seen = getattr(owner, name), []
        def instead(*words, **more):
            seen.append(name)
            is_end = os.environ.get("KILL_AT") == f"{name} {len(seen)}"
            if before and is_end:
                os.kill(os.getpid(), signal.SIGKILL)
            real_answer = real(*words, **more)
            if is_end:
                os.kill(os.getpid(), signal.SIGKILL)
            return real_answer
        setattr(owner, name, instead)

    def spoiled(*words):
        answer = real_copy(*words)
        if command := os.environ.get("ONCE_COPIED"):
            subprocess.run(command, shell=True, check=True)
        return answer

    deadly(changes.Changes, "relabel", before=False)
    deadly(carrying.Carrier, "_wait", before=True)
    deadly(trying, "_last_task", before=False)
    real_copy, carrying.Carrier.copy = carrying.Carrier.copy, spoiled
"""


def killed_move(stack: Stack, folder: Path, words: str, boundary: str) -> None:
    """Move a service as the words say, and die there."""
    variables = {**_with_killer(folder), "KILL_AT": boundary}
    stack.run("cluster", "move", *words.split(), "--yes", code=-9, **variables)


def spoiled_move(
    stack: Stack, folder: Path, service: str, target: SecondEngine, image: str, spoil: str
) -> Done:
    """Move a service to node2, whose copy a shell command there spoils; it fails for that."""
    mounted = f"--volume={stack.project}_{service}:/volume"
    command = f"docker --host {target.address} run --rm {mounted} {image} sh -c '{spoil}'"
    variables = {**_with_killer(folder), "ONCE_COPIED": command}
    return stack.run("cluster", "move", service, "node2", "--yes", code=6, **variables)


def _with_killer(folder: Path) -> dict[str, str]:
    (folder / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    return {"PYTHONPATH": str(folder)}
