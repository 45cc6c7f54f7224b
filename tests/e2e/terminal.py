"""A person at a terminal: the program in a pseudo-terminal, and the screen that person sees."""

import os
import shlex
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte
from tests.e2e.program import DEADLINE, PROGRAM, Site

ROWS = 300  # so high that nothing scrolls away: the screen is all that was ever shown
LATEST = 30  # lines of the screen that a failure tells first: what shows reports may cut the rest
SIGN = "\u203a"  # before every question
ENTER, CTRL_C, CTRL_D, CTRL_U, ESCAPE = "\r", "\x03", "\x04", "\x15", "\x1b"
UP, DOWN = "\x1b[A", "\x1b[B"
REST = 1.0  # seconds without a sign of the program: longer than it waits for keys to end
MOMENT = 5.0  # seconds that a program may take to be over once its terminal is closed
WINDOW = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}


class Terminal:
    """The program in a window of `columns`, until the test leaves it; `through` may start it."""

    def __init__(
        self,
        site: Site,
        *words: str,
        columns: int = 100,
        rows: int = ROWS,
        through: str | None = None,
        **changes: str | None,
    ) -> None:
        command = [*shlex.split(through or ""), *PROGRAM, *words]
        self._site = site
        self._screen = pyte.HistoryScreen(columns, rows, history=ROWS * 10)
        self._stream = pyte.Stream(self._screen)
        self._child = pexpect.spawn(
            command[0],
            command[1:],
            env=site.environment(**{**WINDOW, **changes}),
            cwd=str(site.user),
            dimensions=(rows, columns),
            timeout=DEADLINE,
            encoding="utf-8",
            codec_errors="replace",
            # As in any terminal, also where the tests themselves run under `nohup`.
            preexec_fn=_hear_the_end,
        )
        self.raw = ""
        self.typed = ""
        self._told = False
        self._lines: list[str] | None = None  # of the screen as it is since it was fed last

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None and not self._told:
            error.add_note(self._report())
        self._child.close(force=True)

    @property
    def lines(self) -> list[str]:
        """Return the lines of the screen as wide as their text, and those above it."""
        if self._lines is None:
            # Most rows are empty, and pyte's own `display` measures each of their blanks.
            rows = [self._screen.buffer[at] for at in range(self._screen.lines)]
            width = range(self._screen.columns)
            drawn = (
                "".join(row[at].data for at in width) if row else ""
                for row in (*self._screen.history.top, *rows)
            )
            self._lines = [line.rstrip() for line in drawn]
        return self._lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    @property
    def questions(self) -> list[str]:
        """Return every question that was asked, with its answer where that is shown."""
        return [line.removeprefix(SIGN).strip() for line in self.lines if line.startswith(SIGN)]

    @property
    def words(self) -> str:
        """Return the text without its line ends: as read, wherever a line is broken."""
        return " ".join(self.text.split())

    def sees(self, *texts: str, times: int = 1) -> Self:
        """Wait until all the texts are on the screen, wherever their lines are broken."""
        end = time.monotonic() + DEADLINE
        while missing := self._missing(texts, times):
            if time.monotonic() > end:
                raise self._failure(f"never shown: {missing}")
            if not self._read():
                raise self._failure(f"the program ended and never showed {missing}")
        return self

    def types(self, text: str | bytes) -> Self:
        self.typed += text if isinstance(text, str) else text.decode(errors="replace")
        if isinstance(text, bytes):
            os.write(self._child.child_fd, text)
        else:
            self._child.send(text)
        return self

    def rests(self) -> Self:
        """Wait until the program has shown nothing for a moment, or is over."""
        while self._read(patience=REST):
            pass
        return self

    def is_left(self) -> Self:
        """Press Ctrl-C and wait until the program is over, however it ends."""
        with suppress(OSError):  # it is over
            self.types(CTRL_C)
        while self._read():
            pass
        return self

    def answers(self, prompt: str, text: str) -> Self:
        """Wait for the prompt and answer it."""
        return self.sees(prompt).types(text + ENTER)

    def ends(self, code: int = 0) -> Self:
        """Wait until the program is over, with that exit code and without a traceback."""
        while self._read():
            pass
        self._child.wait()
        if self._child.exitstatus != code or "Traceback" in self.text:
            raise self._failure(f"expected was exit status {code}, without a traceback")
        return self

    def resizes(self, columns: int, rows: int = ROWS) -> Self:
        """Make the window wider or narrower; the program gets SIGWINCH."""
        self._screen.resize(rows, columns)
        self._lines = None
        self._child.setwinsize(rows, columns)
        return self

    def closes(self) -> None:
        """Close the window, and wait: whatever runs in it gets SIGHUP, as from any terminal."""
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), self._child.child_fd)
        self._child.wait()

    def is_told(self, number: int) -> Self:
        """Send the program a signal."""
        self._child.kill(number)
        return self

    def _missing(self, texts: Sequence[str], times: int) -> list[str]:
        words = self.words
        return [text for text in texts if words.count(text) < times]

    def _failure(self, what: str) -> AssertionError:
        self._told = True
        return AssertionError(f"{what}; {self._report()}")

    def _report(self) -> str:
        """Return how the program is and every line of the screen once, the latest first."""
        lines = self.text.splitlines()
        told = [f"the program {self._state()}, and the screen ends with:", *lines[-LATEST:]]
        if above := lines[:-LATEST]:
            told += ["", "above these lines:", *above]
        return "\n".join(told)

    def _state(self) -> str:
        """Return whether the program runs, or how it ended, for which it may need a moment."""
        end = time.monotonic() + MOMENT
        while self._child.isalive():
            if not self._child.flag_eof or time.monotonic() > end:
                return "is running"
            time.sleep(0.01)
        if self._child.signalstatus is not None:
            return f"was ended by signal {self._child.signalstatus}"
        return f"ended with exit status {self._child.exitstatus}"

    def _read(self, patience: float = DEADLINE) -> bool:
        try:
            chunk = self._child.read_nonblocking(65536, timeout=patience)
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            if patience < DEADLINE:
                return False
            raise self._failure(f"nothing was shown for {DEADLINE:.0f} s") from None
        self.raw += chunk
        self._stream.feed(chunk)
        self._lines = None
        return True


def pasted(text: str) -> str:
    """Return a text as terminals send it when it is pasted, and the program asked to be told."""
    return f"\x1b[200~{text}\x1b[201~"


def _hear_the_end() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
