"""The runc of a second engine: what makes containers, and lets them begin."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from mosaic_installer.core.containers.fingerprint import FINGERPRINT

When = Literal["before", "after"]
BUNDLES = "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby"
RUNC = """#!/bin/sh
# The engine's runc; a test may hold it where it lets a service begin: before that, or after.
for id; do :; done
case " $* " in
*" start "*)
  [ -e "$0.hold" ] && grep -q %(service)s %(bundles)s/"$id"/config.json && read -r when <"$0.hold"
  ;;
*) exec %(runc)s "$@" ;;
esac
[ "$when" = before ] || %(runc)s "$@" || exit
[ -n "$when" ] || exit 0
exec 3<"$0.released"
echo held >"$0.held"
read -r _ <&3
[ "$when" = after ]
"""


class HeldRunc:
    """A program `runc` in `folder`, in front of the real one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._program = folder / "runc"
        runc = shutil.which("runc")
        assert runc is not None
        folder.mkdir()
        self._program.write_text(RUNC % {"runc": runc, "service": FINGERPRINT, "bundles": BUNDLES})
        self._program.chmod(0o755)

    @contextmanager
    def holding(self, when: When) -> Iterator[Callable[[], str]]:
        """Let no service get further than to before it begins, or to after that.

        Gives what waits for one that got there. In the end none of them begins any more.
        """
        hold, held, released = (
            Path(f"{self._program}.{end}") for end in ("hold", "held", "released")
        )
        os.mkfifo(held)
        os.mkfifo(released)
        hold.write_text(f"{when}\n")
        try:
            # Opened for both: neither end waits for the other, and no word is lost.
            with _pipe(held) as words, _pipe(released):
                yield words.readline
                hold.unlink()
        finally:
            hold.unlink(missing_ok=True)
            held.unlink()
            released.unlink()


def _pipe(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_RDWR))
