"""Compose as a program: which one is installed, and running it for one installation."""

import os
from collections.abc import Mapping
from functools import cached_property

from mosaic_installer.core.containers.fingerprint import variable_of
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine.files import Files
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.address import find_address
from mosaic_installer.machine.engine.compose_command import find_compose
from mosaic_installer.machine.engine.connection import check_that_it_answers
from mosaic_installer.machine.engine.errors import refused
from mosaic_installer.machine.environment import for_programs
from mosaic_installer.machine.processes.programs import run

SECONDS = 300.0
HEADER = "# Written by `mosaic install`, so that `docker compose` here means this installation.\n"
CONFUSING = ("COMPOSE_",)
"""Variables of the session that would turn compose to another project, or to other files."""
INSIDE = {"exec", "run"}
"""Commands whose errors are those of a program in a container."""
FAILED = "program-failed"
TROUBLES = {"engine-disk-full", "engine-unreachable", "image-missing", "image-architecture"}
"""What compose hands on of the engine's troubles, where our words for them say more."""


class Compose:
    """Compose, in the folder of the stack's compose file."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def run(self, *words: str, stdin: str = "") -> str:
        """Run a command of compose and return what it printed; its errors become ours."""
        try:
            environment = for_programs(CONFUSING, **find_address().variables())
            command = (*self._command, *words)
            return run(command, stdin=stdin, timeout=SECONDS, environment=environment)
        except InstallerError as error:
            check_that_it_answers()
            raise self._translated(words[0], error) from None

    def note_fingerprints(self, fingerprints: Mapping[str, str], files: Files) -> None:
        """Give compose what its file wants to know of the services; the others keep theirs."""
        path = self._stack.layout.compose_environment
        known = (files.read(path) or b"").decode(errors="replace").splitlines()
        rows = dict(line.split("=", 1) for line in known if "=" in line)
        rows |= {variable_of(service): text for service, text in fingerprints.items()}
        rows |= {"COMPOSE_PROJECT_NAME": self._stack.project}
        content = HEADER + "".join(f"{name}={rows[name]}\n" for name in sorted(rows))
        if content.splitlines() != known:
            files.write(path, content.encode())

    @cached_property
    def _command(self) -> tuple[str, ...]:
        found = find_compose()
        if not found.command:
            raise EngineError(found.problem, "then run this again", identifier="engine-missing")
        folder = ("--project-directory", str(self._stack.layout.compose))
        files = tuple(word for path in self._files() for word in ("--file", str(path)))
        return (*found.command, "--project-name", self._stack.project, *folder, *files)

    def _files(self) -> tuple[os.PathLike[str], ...]:
        layout = self._stack.layout
        known = (layout.compose_file, layout.compose_override)
        return tuple(path for path in known if path == layout.compose_file or path.exists())

    def _translated(self, verb: str, error: InstallerError) -> InstallerError:
        said = error.message.partition(" failed: ")[2] or error.message
        if verb in INSIDE:
            return InstallerError(f"in the container: {said}", error.hint, identifier=FAILED)
        known = refused(said)
        if known.identifier == "port-in-use":
            hint = "stop that program, or choose another port with `mosaic install --set …port=…`"
            return InstallerError(known.message, hint, identifier=known.identifier)
        if known.identifier in TROUBLES:
            return known
        override = self._stack.layout.compose_override
        hint = f"mend what it says, perhaps in `{override}`, and run this again"
        return EngineError(
            f"`compose {verb}` failed: {said}",
            hint if override.exists() else error.hint,
            identifier="compose-failed",
        )
