"""Compose as a program: which one is installed, and running it for one installation."""

import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

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
NO_FILE = re.compile(r"bind source path does not exist: (/.*)")
LINE = re.compile(r"(#.*|[A-Za-z_]\w*=[^\0\ufffd]*)?")
"""A line of compose's variables that is whole."""
TROUBLES = {"engine-disk-full", "engine-unreachable", "image-missing", "image-architecture"}
"""What compose hands on of the engine's troubles, where our words for them say more."""


class Compose:
    """Compose, in the folder of the stack's compose file."""

    def __init__(self, stack: Stack, files: Files) -> None:
        self._stack = stack
        self._files = files

    def run(self, *words: str, stdin: str = "") -> str:
        """Run a command of compose and return what it printed; its errors become ours."""
        try:
            environment = for_programs(CONFUSING, **find_address().variables())
            command = (*self._command, *words)
            return run(command, stdin=stdin, timeout=SECONDS, environment=environment)
        except InstallerError as error:
            check_that_it_answers()
            raise self._translated(words[0], error) from None

    def note_fingerprints(self, fingerprints: Mapping[str, str]) -> None:
        """Give compose what its file wants to know of the services; other variables stay."""
        if self.has_noted(fingerprints):
            return
        whole = (line for line in self._known() if LINE.fullmatch(line) and "=" in line)
        rows = dict(line.split("=", 1) for line in whole) | self._noted(fingerprints)
        content = HEADER + "".join(f"{name}={rows[name]}\n" for name in sorted(rows))
        self._files.write(self._stack.layout.compose_environment, content.encode())

    def has_noted(self, fingerprints: Mapping[str, str]) -> bool:
        """Return whether compose, also where a person calls it, knows these, from a whole file."""
        known = self._known()
        wanted = {f"{name}={text}" for name, text in self._noted(fingerprints).items()}
        is_whole = known.count(HEADER.strip()) == 1 and all(map(LINE.fullmatch, known))
        return is_whole and wanted <= set(known)

    def _noted(self, fingerprints: Mapping[str, str]) -> dict[str, str]:
        rows = {variable_of(service): text for service, text in fingerprints.items()}
        return rows | {"COMPOSE_PROJECT_NAME": self._stack.project}

    def _known(self) -> list[str]:
        content = self._files.read(self._stack.layout.compose_environment) or b""
        return content.decode(errors="replace").splitlines()

    @cached_property
    def _command(self) -> tuple[str, ...]:
        found = find_compose()
        if not found.command:
            raise EngineError(found.problem, "then run this again", identifier="engine-missing")
        folder = ("--project-directory", str(self._stack.layout.compose))
        files = tuple(word for path in self._compose_files() for word in ("--file", str(path)))
        return (*found.command, "--project-name", self._stack.project, *folder, *files)

    def _compose_files(self) -> tuple[os.PathLike[str], ...]:
        layout = self._stack.layout
        known = (layout.compose_file, layout.compose_override)
        return tuple(path for path in known if path == layout.compose_file or path.exists())

    def _translated(self, verb: str, error: InstallerError) -> InstallerError:
        path = self._stack.layout.compose_environment
        if self._files.kind(path) != "absent" and not self.has_noted({}):
            return EngineError(
                f"`{path}`, which compose reads, is damaged",
                "run `mosaic install`; it writes the file again",
                identifier="compose-failed",
            )
        said = error.message.partition(" failed: ")[2] or error.message
        if verb in INSIDE:
            return InstallerError(f"in the container: {said}", error.hint, identifier=FAILED)
        lost = NO_FILE.search(said)
        if lost and self._files.kind(Path(lost[1])) == "absent":
            return EngineError(
                f"`{lost[1]}`, which a container reads, is missing",
                "run `mosaic install`; it writes the file again",
                identifier="file-missing",
            )
        known = refused(said)
        if known.identifier == "port-in-use":
            hint = "run this again: it names that program and a free port, or goes on if it is gone"
            return InstallerError(known.message, hint, identifier=known.identifier)
        if known.identifier in TROUBLES:
            return known
        override = self._stack.layout.compose_override
        hint = f"fix what it says, perhaps in `{override}`, and run this again"
        return EngineError(
            f"`compose {verb}` failed: {said}",
            hint if override.exists() else error.hint,
            identifier="compose-failed",
        )
