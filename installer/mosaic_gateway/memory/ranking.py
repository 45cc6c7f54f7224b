"""Which of the passages that have a word in common with a question fit it best.

By BM25, over the passages of one user alone: the indexes of the databases know those of everybody,
and PostgreSQL's does not know that a word in every passage says little.
https://en.wikipedia.org/wiki/Okapi_BM25
"""

import math
from collections.abc import Mapping, Sequence

from mosaic_gateway.storage.keywords import Sought

SATURATION, LENGTH_SHARE = 1.2, 0.75
PLATEAU = 60
"""How little it matters whether a rank is the first or the second: as in the paper."""
BEGINNING = 0.5
"""What a word counts for that only begins as the one that was asked for."""


def ranked(question: Sequence[Sought], passages: Mapping[int, str], number: int) -> list[int]:
    """The keys of the passages, the best first; `number` is how many the user has in all."""
    found = {key: text.split(" ") for key, text in passages.items()}
    counts = {key: [_count(word, words) for word in question] for key, words in found.items()}
    average = sum(map(len, found.values())) / max(1, len(found))
    weights = [
        _weight(sum(1 for each in counts.values() if each[place]), max(number, len(found)))
        for place in range(len(question))
    ]
    scores = {
        key: sum(
            weight * _saturated(count, len(found[key]) / average)
            for weight, count in zip(weights, counts[key], strict=True)
        )
        for key in found
    }
    # Of two that fit alike, the one that was kept later.
    return sorted(scores, key=lambda key: (-scores[key], -key))


def closest(likeness: Sequence[tuple[str, float]]) -> list[str]:
    """The keys of those that are more like the first of them than like the last.

    Something is always nearest, and each model has likenesses of its own for what has nothing to
    do with each other: no number tells them from the others.
    """
    if not likeness:
        return []
    middle = (likeness[0][1] + likeness[-1][1]) / 2
    return [key for key, like in likeness if like >= middle]


def fused(*orders: Sequence[str]) -> list[str]:
    """One order of several, of which each knows some of the keys; the best first.

    By reciprocal ranks, since their measures have nothing in common:
    https://doi.org/10.1145/1571941.1572114
    """
    scores: dict[str, float] = {}
    for order in orders:
        for rank, key in enumerate(order, 1):
            scores[key] = scores.get(key, 0.0) + 1 / (PLATEAU + rank)
    # Of two that are as good, the one that an earlier order knows.
    return sorted(scores, key=lambda key: -scores[key])


def _count(sought: Sought, words: Sequence[str]) -> float:
    return sum(1.0 if each == sought.word else BEGINNING for each in words if sought.fits(each))


def _weight(having: int, number: int) -> float:
    return math.log(1 + (number - having + 0.5) / (having + 0.5))


def _saturated(count: float, length: float) -> float:
    rest = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
    return count * (SATURATION + 1) / (count + rest)
