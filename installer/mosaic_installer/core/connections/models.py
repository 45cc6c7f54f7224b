"""Names of models: which a list has, which of them mean the same, and which is the newest."""

import re
from typing import Any

LATEST = ":latest"
SILENT = r"embed|minilm|(^|/)(bge|e5|paraphrase)-|-mosaic-[0-9]+$"
"""Of Ollama: https://ollama.com/search?c=embedding, and what the gateway calls those it derives."""
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def models_in(body: Any) -> tuple[str, ...]:
    """Return the names of the models that an answer lists."""
    rows = (body.get("data") or body.get("models")) if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return ()
    names = (row.get("id") or row.get("name") for row in rows if isinstance(row, dict))
    return tuple(bare_model(str(name)) for name in names if name)


def endings_in(body: Any) -> dict[str, str]:
    """Return the days on which models of a list stop, by name, as OpenAI announces them.

    https://developers.openai.com/api/reference/resources/models/methods/list
    """
    rows = body.get("data") if isinstance(body, dict) else None
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    days = {str(row.get("id")): row.get("shutdown_date") for row in known}
    return {
        name: day for name, day in days.items() if isinstance(day, str) and re.fullmatch(DAY, day)
    }


def bare_model(name: str) -> str:
    """Return a name without the tag that Ollama takes for granted.

    https://docs.ollama.com/api#model-names: "if not provided will default to `latest`".
    """
    return name.removesuffix(LATEST)


def is_alias(name: str) -> bool:
    """Return whether a provider resolves a name itself, so that no list has it.

    OpenRouter: `~anthropic/claude-sonnet-latest`.
    """
    return name.startswith("~")


def is_listed(name: str, models: tuple[str, ...]) -> bool:
    """Return whether a model is among `models`, as it is called or as it may be called, too."""
    # Anthropic lists `claude-sonnet-4-5-20250929`, and takes `claude-sonnet-4-5` as well.
    wanted = bare_model(name)
    return any(model == wanted or model.startswith(f"{wanted}-20") for model in models)


def newest_of_family(name: str, models: tuple[str, ...]) -> str | None:
    """Return the newest of `models` that differs from `name` by its version only."""
    family, _ = _versioned(name)
    relatives = [model for model in models if _versioned(model)[0] == family]
    return max(relatives, key=lambda model: _versioned(model)[1], default=None)


def first_that_talks(models: tuple[str, ...]) -> str | None:
    """Return the first of Ollama's models that is made for answers; it lists the latest first.

    Not those that make vectors, nor those that the gateway derives for a larger context.
    """
    return next((name for name in models if not re.search(SILENT, name)), None)


def _versioned(name: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words and the numbers of a name; a date counts last of all."""
    parts = re.split(r"[-.]", name)
    numbers = [int(part) for part in parts if part.isdecimal()]
    version = [number for number in numbers if number < 10**5]
    dates = [number for number in numbers if number >= 10**5]
    return tuple(part for part in parts if not part.isdecimal()), (*version, *dates)
