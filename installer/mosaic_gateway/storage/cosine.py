"""Compares vectors in Python, where the database cannot: those of one user are few enough."""

import heapq
import sys
from array import array
from collections.abc import Iterable, Sequence
from operator import mul

BYTES = 4
"""Of a number, the lowest first; a fourth of what Python takes for one."""


def packed(vector: Sequence[float]) -> bytes:
    """The vector as it is stored."""
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def most_alike(
    vector: Sequence[float], rows: Iterable[tuple[str, bytes]], most: int
) -> list[tuple[str, float]]:
    """The keys of the rows whose packed vectors point most nearly the same way; the best first.

    With each, how nearly: 1 is the same. All vectors have the length 1; one that was cut off is
    passed over.
    """
    size = len(vector) * BYTES
    likeness = (
        (sum(map(mul, vector, _unpacked(content))), key)
        for key, content in rows
        if len(content) == size
    )
    return [(key, like) for like, key in heapq.nlargest(most, likeness)]


def _unpacked(content: bytes) -> "array[float]":
    numbers = array("f")
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
