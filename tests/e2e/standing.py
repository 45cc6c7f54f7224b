"""Installations with containers that tests of several files have in common, one after another.

Each is made when a test first wants it, made anew when a test left it broken, and gone when the
tests that want it are over: an installation that nobody looks at has health checks all the same.
"""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.e2e.program import Site
from tests.e2e.stack import Stack
from tests.ports import reserve_port

MADE_OF = ("compose/compose.yaml", "gateway/.env", "mosaic.config.json")
"""What says how it runs, without a secret; those may be others after a recovery."""


class Standing:
    """One installation of a kind, below `folder`."""

    def __init__(self, folder: Path, variables: Mapping[str, Any]) -> None:
        self._folder = folder
        self._variables = dict(variables)
        self._kept = ExitStack()
        self._stack: Stack | None = None
        self._made_of: dict[str, bytes] = {}
        self._is_sound = False

    def sound(self) -> Stack:
        """Return it as an installation leaves it, to be looked at only."""
        stack = self._stack or self._place()
        if not (self._is_sound or self._is_as_installed(stack)):
            stack.clear()
            stack.site.end()
            shutil.rmtree(stack.site.home, ignore_errors=True)
            stack.install("--yes", **self._variables)
            self._made_of = _made_of(stack)
        self._is_sound = True
        return stack

    def to_break(self) -> Stack:
        """Return it the same way, to do with what one likes."""
        stack = self.sound()
        self._is_sound = False
        return stack

    def end(self) -> None:
        """Leave nothing of it."""
        self._kept.close()
        self._stack = None
        self._made_of = {}
        self._is_sound = False

    def _place(self) -> Stack:
        user = self._folder / "user"
        user.mkdir(exist_ok=True)
        site = Site(home=self._folder / "m", user=user, port=reserve_port(self._kept))
        self._kept.callback(shutil.rmtree, site.home, ignore_errors=True)
        self._kept.callback(site.end)
        self._stack = Stack(site=site)
        self._kept.callback(self._stack.clear)
        return self._stack

    def _is_as_installed(self, stack: Stack) -> bool:
        if not self._made_of or _made_of(stack) != self._made_of:
            return False
        return not stack.run("install", "--check", code=(0, *range(1, 10))).code


def _made_of(stack: Stack) -> dict[str, bytes]:
    paths = (stack.site.config / name for name in MADE_OF)
    return {path.name: path.read_bytes() for path in paths if path.is_file()}
