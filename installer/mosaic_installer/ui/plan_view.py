"""The plan in sentences, and the settings behind it, for a person to say yes to."""

from collections.abc import Iterable
from itertools import groupby

from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.interview import DEFAULT, Settled
from mosaic_installer.core.plan import Surveyed

ALWAYS_SHOWN = ("tier", "gateway.port")


def setting_rows(settled: Settled, *, everything: bool) -> dict[str, str]:
    """Return a line per setting by key: all, or those that matter or differ from the default."""
    rows = {}
    for key, setting in CATALOGUE.items():
        if setting.is_remembered and (everything or key in ALWAYS_SHOWN or _differs(settled, key)):
            value = value_of(settled.answers, key)
            shown = _hidden(value) if setting.is_secret else as_text(value)
            rows[key] = f"{setting.prompt}: {shown}"
    return rows


def plan_rows(surveyed: Iterable[Surveyed], *, in_full: bool) -> list[tuple[str, str]]:
    """Return what is to be done as (stage, sentence); a stage in short is its first sentence."""
    rows = []
    to_do = (row for row in surveyed if not row.is_done)
    for stage, group in groupby(to_do, key=lambda row: row.step.stage):
        sentences = [row.step.action.describe() for row in group]
        if not in_full and len(sentences) > 1:
            sentences = [f"{sentences[0]}, and {len(sentences) - 1} more"]
        rows += [(stage if not i else "", sentence) for i, sentence in enumerate(sentences)]
    return rows


def _differs(settled: Settled, key: str) -> bool:
    return settled.sources[key] != DEFAULT


def _hidden(value: object) -> str:
    return "not given" if value is None else "given"
