"""What the terminal can do, and whether a person sits at it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from time import monotonic
from typing import TextIO

QUIET_SECONDS = 0.7
"""How long no key may have come: a key that is held is repeated after 0.66 s at most, by default
of X11; other systems begin sooner."""


def is_interactive(*, is_plain: bool = False) -> bool:
    """Return whether a person can be asked: both ends are a terminal that can move its cursor.

    One that cannot is enough for plain lines.
    """
    can_ask = os.environ.get("TERM") != "dumb" or is_plain or wants_plain()
    return is_terminal(sys.stdin) and is_terminal(sys.stdout) and can_ask


def is_typed() -> bool:
    """Return whether what comes in through stdin is typed at a terminal."""
    return is_terminal(sys.stdin)


def wants_plain() -> bool:
    """Return whether the person wants lines instead of screens: for a screen reader, say."""
    return _is_set("MOSAIC_PLAIN")


def wants_stillness() -> bool:
    """Return whether the person wants nothing on the screen to move."""
    return _is_set("MOSAIC_REDUCED_MOTION")


def is_lively() -> bool:
    """Return whether progress may be animated on stderr."""
    can_move = os.environ.get("TERM") != "dumb" and not wants_plain()
    return is_terminal(sys.stderr) and can_move


def shows_unicode() -> bool:
    """Return whether marks such as a check mark can be shown."""
    return "utf" in (getattr(sys.stderr, "encoding", "") or "").lower()


def columns() -> int | None:
    """Return how wide the terminal at stdout is; None where there is none, so that all fits."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def marks() -> tuple[str, str]:
    """Return the marks for what is right and for what is wrong, as stdout can show them."""
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    return ("✓", "✗") if "utf" in encoding else ("+", "x")


def painted(text: str, codes: str, stream: TextIO | None = None) -> str:
    """Return text in a look, given as codes of a terminal; without colour where that is wanted.

    `stream` is where it is going to be printed, stderr without it; other than a terminal gets none.
    """
    if not codes or not is_terminal(stream or sys.stderr) or os.environ.get("TERM") == "dumb":
        return text
    if os.environ.get("NO_COLOR"):
        codes = ";".join(code for code in codes.split(";") if len(code) == 1)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def is_terminal(stream: object) -> bool:
    """Return whether what is written to a stream, or read from it, is a terminal's."""
    # A closed stream is None, or raises.
    try:
        return bool(stream is not None and stream.isatty())  # type: ignore[attr-defined]  # a text stream
    except ValueError:
        return False


@contextmanager
def unechoed() -> Iterator[None]:
    """Let keys that nobody asked for leave no trace on the screen, and forget them at the end.

    Questions that are asked meanwhile echo as they do.
    """
    if not _is_in_front():
        yield  # in the background, to touch the terminal would stop us
        return
    import termios

    before = termios.tcgetattr(sys.stdin)
    termios.tcsetattr(
        sys.stdin, termios.TCSADRAIN, [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    )
    try:
        yield
    finally:
        with suppress(termios.error):  # its window is closed
            termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)


def _is_in_front() -> bool:
    try:
        return is_terminal(sys.stdin) and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return False  # another session's terminal


def discard_typed(stream: TextIO, since: float) -> None:
    """Wait until no line has come for `QUIET_SECONDS`, and forget those that do.

    `since`, of the monotonic clock, is when the last question was answered. A long text that is
    pasted arrives piece by piece, as it is read.
    """
    if not is_terminal(stream):
        return
    import termios

    end = since + QUIET_SECONDS
    with suppress(termios.error):  # its window is closed: whoever reads learns that
        termios.tcflush(stream.fileno(), termios.TCIFLUSH)
        while select([stream.fileno()], [], [], max(0.0, end - monotonic()))[0]:
            termios.tcflush(stream.fileno(), termios.TCIFLUSH)
            end = monotonic() + QUIET_SECONDS


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() not in {"", "0", "no", "false", "off"}
