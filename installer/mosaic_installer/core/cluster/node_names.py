"""Names of nodes as people read them: in the order that they count in, and in a sentence."""

import re
from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"([0-9]+)")


def in_order(name: str) -> tuple[tuple[str, int], ...]:
    """Return what a name is sorted by: `node2` comes before `node10`."""
    parts = NUMBER.split(name)  # text and number by turns
    numbers = [*map(int, parts[1::2]), 0]
    return tuple(zip(parts[::2], numbers, strict=True))


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return names in that order."""
    return sorted(names, key=in_order)


def joined(names: Sequence[str]) -> str:
    """Return names as a sentence has them: `a, b and c`."""
    first, last = ", ".join(names[:-1]), "".join(names[-1:])
    return f"{first} and {last}" if first else last
