"""Days on which providers shut models down, as they announced them; lists of models may say more.

Of these providers OpenAI's list has the days, too (`endings_in`), but not every key may read it.
Z.AI and OpenRouter announce none that a program could know.
"""

from collections.abc import Mapping

from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.frozen import frozen

ANTHROPIC = "https://platform.claude.com/docs/en/about-claude/model-deprecations"
OPENAI = "https://developers.openai.com/api/docs/deprecations"


@frozen(kw_only=False)
class Ending:
    """A model without the day in its name, the day it stops on, and where that was read, when."""

    provider: str
    model: str
    day: str
    source: str
    read_on: str


ENDINGS = (
    Ending("anthropic", "claude-3-7-sonnet", "2026-02-19", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-3-5-haiku", "2026-02-19", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-3-haiku", "2026-04-20", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-sonnet-4", "2026-06-15", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-opus-4", "2026-06-15", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-opus-4-1", "2026-08-05", ANTHROPIC, "2026-08-18"),
    Ending("anthropic", "claude-sonnet-4-5", "2026-11-30", ANTHROPIC, "2026-10-08"),
    Ending("openai", "gpt-5", "2026-12-11", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-5-mini", "2026-12-11", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-5-nano", "2026-12-11", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-4o", "2027-01-14", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-4o-mini", "2027-01-14", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-4.1", "2027-01-14", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-4.1-mini", "2027-01-14", OPENAI, "2026-10-27"),
    Ending("openai", "gpt-5.1", "2027-04-01", OPENAI, "2026-10-27"),
)


def endings_of(endpoint: Endpoint, listed: Mapping[str, str]) -> dict[str, str]:
    """Return the day for each model of a provider that it shuts down; what it `listed` decides."""
    found = {}
    for model in dict.fromkeys(endpoint.models):
        known = (row.day for row in ENDINGS if row.provider == endpoint.name and _is(model, row))
        day = listed.get(model) or next(known, None)
        if day is not None:
            found[model] = day
    return found


def _is(model: str, row: Ending) -> bool:
    """Return whether a name is the row's: also that of a snapshot, which ends with its day."""
    return model == row.model or model.startswith(f"{row.model}-20")
