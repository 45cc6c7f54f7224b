"""The environment: what of it we read, and what of it other programs get to see."""

import os
import sys
from pathlib import Path

PREFIX = "MOSAIC_"


def variables() -> dict[str, str]:
    """Return our variables of the environment."""
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}


def for_programs(**added: str) -> dict[str, str]:
    """Return the environment of a program we start: ours without any of our own variables.

    Our variables hold secrets, and would win over the files that we configure the gateway with.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | added


def read_text(path: Path) -> str:
    """Return a text file that the user named, without a byte order mark."""
    return path.read_text(encoding="utf-8-sig")


def read_standard_input() -> str:
    """Return everything that comes in through stdin, to its end."""
    return sys.stdin.read() if sys.stdin is not None else ""
