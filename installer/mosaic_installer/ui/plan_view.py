"""The plan in sentences, for a person to say yes to."""

from collections.abc import Iterable
from itertools import groupby

from mosaic_installer.core.plan import Surveyed


def plan_rows(surveyed: Iterable[Surveyed], *, in_full: bool) -> list[tuple[str, str]]:
    """Return what is to be done as (stage, sentence); a stage in short is its first sentence."""
    rows = []
    to_do = (row for row in surveyed if not row.is_done)
    for stage, group in groupby(to_do, key=lambda row: row.step.stage):
        sentences = [_said(row) for row in group]
        if not in_full and len(sentences) > 1:
            sentences = [f"{sentences[0]}, and {len(sentences) - 1} more"]
        rows += [(stage if not i else "", sentence) for i, sentence in enumerate(sentences)]
    return rows


def _said(row: Surveyed) -> str:
    sentence = row.step.action.describe()
    return f"{sentence} (if needed)" if row.is_unsure else sentence
