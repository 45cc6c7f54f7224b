"""Run a program in a task of a service that runs on this node."""

from collections.abc import Sequence

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.address import find_address
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.found import container_labels
from mosaic_installer.machine.environment import for_programs
from mosaic_installer.machine.processes.programs import run

SECONDS = 300.0


def run_in_task(stack: Stack, service: str, command: Sequence[str], stdin: str) -> str:
    """Return what the program printed; raises `InstallerError` where it fails, or nothing runs."""
    rows = Reader().containers(container_labels(stack, service))
    running = [row["Id"] for row in rows if row["State"] == "running"]
    if not running:
        raise EngineError(
            f"no task of {service} runs on this node",
            "`mosaic cluster status` says what runs where; `mosaic doctor --fix` starts it here",
            identifier="engine-failed",
        )
    words = ("docker", "exec", "--interactive", running[0], *command)
    environment = for_programs((), **find_address().variables())
    try:
        return run(words, stdin=stdin, timeout=SECONDS, environment=environment)
    except InstallerError as error:
        said = error.message.partition(" failed: ")[2] or error.message
        raise InstallerError(
            f"in the container: {said}", error.hint, identifier="program-failed"
        ) from None
