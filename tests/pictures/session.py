"""A shell in a window of its own, recorded: every screen that was seen, and for how long."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pexpect
import pyte
from tests.pictures.film import Frame
from tests.pictures.screen import Screen, rows_of

LONGEST_WAIT = 0.6
"""Seconds of the recording that a wait of the program takes at most."""
SHORTEST_FRAME = 0.08
KEYSTROKE = 0.04
DEADLINE = 600


@dataclass(kw_only=True)
class _Shot:
    at: float
    cells: tuple[pyte.screens.Char, ...]
    cursor: tuple[int, int] | None
    held: float = 0.0


class Session:
    """The shell while it runs; `words` start it."""

    def __init__(
        self, words: Sequence[str], environ: Mapping[str, str], folder: str, columns: int, rows: int
    ) -> None:
        self._screen = Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._shots: list[_Shot] = []
        self._child = pexpect.spawn(
            words[0],
            list(words[1:]),
            env=dict(environ),
            cwd=folder,
            dimensions=(rows, columns),
            timeout=DEADLINE,
            encoding="utf-8",
        )

    @property
    def text(self) -> str:
        return "".join(cell.data for cell in self._screen.cells())

    @property
    def everything(self) -> str:
        """Return the text of every screen, one after the other, as if no line were broken."""
        return " ".join(
            "".join(cell.data for cell in shot.cells).replace("  ", "") for shot in self._shots
        )

    @property
    def is_at_prompt(self) -> bool:
        """Return whether the shell waits for a command."""
        row = self._screen.buffer[self._screen.cursor.y]
        return self._screen.cursor.x == len("$ ") and row[0].data == "$"

    def sees(self, text: str) -> None:
        """Wait until that is on the screen."""
        while text not in self.text:
            self._read()

    def ends_command(self) -> None:
        """Wait until the shell asks for the next command."""
        while not self.is_at_prompt:
            self._read()

    def types(self, text: str) -> None:
        """Type as people do; each key is seen before the next, and for a moment."""
        for key in text:
            self._child.send(key)
            self._read()
            self.waits(KEYSTROKE)

    def waits(self, seconds: float) -> None:
        """Let the recording, not the program, stand still for so long."""
        self._shots[-1].held += seconds

    def presses(self, key: str) -> None:
        """Press a key whose effect is waited for otherwise."""
        self._child.send(key)

    def close(self) -> None:
        self._child.close(force=True)

    def frames(self, replaced: Mapping[str, str]) -> list[Frame]:
        """Return what was seen, without what was seen for too short a time to see it."""
        frames: list[Frame] = []
        for shot, seconds in self._timed():
            rows = tuple(rows_of(shot.cells, self._screen.columns, replaced))
            frames.append(Frame(seconds=seconds, rows=rows, cursor=shot.cursor))
        return frames

    def _timed(self) -> Iterator[tuple[_Shot, float]]:
        waited = 0.0
        for shot, later in zip(self._shots, [*self._shots[1:], None], strict=True):
            gap = later.at - shot.at if later and not shot.held else 0.0
            waited += min(gap, LONGEST_WAIT) + shot.held
            if waited >= SHORTEST_FRAME or later is None:
                yield shot, waited
                waited = 0.0

    def _read(self) -> None:
        self._stream.feed(self._child.read_nonblocking(65536, timeout=DEADLINE))
        cursor = self._screen.cursor
        self._shots.append(
            _Shot(
                at=time.monotonic(),
                cells=self._screen.cells(),
                cursor=None if cursor.hidden else (cursor.y, cursor.x),
            )
        )
