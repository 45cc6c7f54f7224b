"""How well routing tells coding from the rest, and how fast, on questions that nobody here wrote.

`scripts/bench --routing FILE`: the questions of MT-Bench (lm-sys/FastChat, `question.jsonl`), an
object with `category` and `turns` a line; a second turn is read after the first, as in a
conversation. The mapping was fixed before any result was seen: the category `coding` against the
three coding tasks. The rules are not to be tuned to this file.
"""

import json
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from mosaic_gateway.routing.tasks import read_all

CODING = ("complex-coding", "moderate-coding", "simple-coding")
TASKS = (*CODING, "research", "summarization", "conversation", "cheap", "offline")
LEAST_F1, MOST_MILLISECONDS = 0.9, 1.0
DRAWS = 1000


def main(file: Path) -> None:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    took: list[float] = []
    firsts: list[tuple[bool, bool]] = []
    found: list[tuple[bool, bool]] = []
    for row in rows:
        for number in range(len(row["turns"])):
            start = time.perf_counter()
            task = read_all(row["turns"][: number + 1]).task
            took.append(1000 * (time.perf_counter() - start))
            found.append((task in CODING, row["category"] == "coding"))
            firsts += [found[-1]] if number == 0 else []
    chance = random.Random(0)  # noqa: S311 # no secret is made of it
    drawn = [
        f1((chance.choice(TASKS) in CODING, is_it) for _, is_it in found) for _ in range(DRAWS)
    ]
    _print("F1 of coding, first questions", f1(firsts), LEAST_F1, holds=f1(firsts) >= LEAST_F1)
    _print("F1 of coding, all questions", f1(found), LEAST_F1, holds=f1(found) >= LEAST_F1)
    _print("  if all were coding", f1((True, is_it) for _, is_it in found))
    _print("  if each were any of the tasks", median(drawn))
    slow = median(took)
    _print("milliseconds for a question", slow, MOST_MILLISECONDS, holds=slow < MOST_MILLISECONDS)


def f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    """Return the harmonic mean of precision and recall of pairs of what was said and what is."""
    counted = list(pairs)
    right = sum(said and is_it for said, is_it in counted)
    named = sum(said for said, _ in counted) + sum(is_it for _, is_it in counted)
    return 2 * right / named if named else 0.0


def _print(what: str, figure: float, bar: float | None = None, *, holds: bool = True) -> None:
    verdict = "" if bar is None else f"{bar:>7g}  {'holds' if holds else 'misses'}"
    sys.stdout.write(f"{what:<34}{figure:>7.2f}{verdict}".rstrip() + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
