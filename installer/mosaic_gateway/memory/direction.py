"""Where a text lies among others of its kind: a vector of the length 1, and in which space."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mosaic_gateway.storage.nearest import Space

MOST_NEAR = 20
"""So many are looked at."""


@dataclass(frozen=True)
class Direction:
    """What a question means, as its model of embeddings has it."""

    space: Space
    vector: Sequence[float]


def of_length_one(vector: Sequence[float]) -> Sequence[float]:
    """The same direction; one of no length stays as it is, and is like nothing."""
    length = math.hypot(*vector)
    return [number / length for number in vector] if length else vector
