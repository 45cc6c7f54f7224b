"""The plan in sentences, for a person to say yes to."""

from collections.abc import Iterable
from itertools import groupby

from mosaic_installer.core.plan import Surveyed


def plan_rows(surveyed: Iterable[Surveyed], *, in_full: bool) -> list[tuple[str, str]]:
    """Return what is to be done as (stage, sentence); in short, a sentence for each kind of step.

    A stage is named once, in its first row.
    """
    rows = []
    to_do = (row for row in surveyed if not row.is_done)
    for stage, group in groupby(to_do, key=lambda row: row.step.stage):
        steps = list(group)
        sentences = [_said(row) for row in steps] if in_full else _in_short(steps)
        rows += [(stage if not i else "", sentence) for i, sentence in enumerate(sentences)]
    return rows


def _in_short(rows: Iterable[Surveyed]) -> list[str]:
    kinds: dict[type, list[Surveyed]] = {}
    for row in rows:
        kinds.setdefault(type(row.step.action), []).append(row)
    return [
        f"{_said(first)}, and {len(others)} more" if others else _said(first)
        for first, *others in kinds.values()
    ]


def _said(row: Surveyed) -> str:
    sentence = row.step.action.describe()
    return f"{sentence} (if needed)" if row.is_unsure else sentence
