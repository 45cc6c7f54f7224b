"""What the terminal can do, and whether a person sits at it."""

import os
import sys


def is_interactive() -> bool:
    """Return whether a person can be asked: both ends are a terminal that can move its cursor."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


def is_lively() -> bool:
    """Return whether progress may be animated on stderr."""
    return _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"


def shows_unicode() -> bool:
    """Return whether marks such as a check mark can be shown."""
    return "utf" in (getattr(sys.stderr, "encoding", "") or "").lower()


def _is_terminal(stream: object) -> bool:
    # A closed stream is None, or raises.
    try:
        return bool(stream is not None and stream.isatty())  # type: ignore[attr-defined]  # a text stream
    except ValueError:
        return False
