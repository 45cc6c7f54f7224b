"""The answers of an interrupted run as a file: texts by key, without secrets, offered once more."""

import json
from collections.abc import Mapping

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.settling.answers_file import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, parse

HEADER = "# What you had answered when `mosaic install` was interrupted. The next run offers it."
SOURCE = "your interrupted run"


def draft_text(values: Mapping[str, str]) -> str:
    """Return the file's text; texts of JSON are texts of TOML, too."""
    rows = (f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in values.items())
    return "\n".join((HEADER, *rows)) + "\n"


def parse_draft(text: str) -> dict[str, str]:
    """Return what of a draft still means something; a damaged one is no reason to stop."""
    import tomllib

    try:
        rows = rows_by_key(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {
        key: value for key, value in rows.items() if isinstance(value, str) and _fits(key, value)
    }


def remembered_draft(values: Mapping[str, str], asked: frozenset[str]) -> Layer:
    """Return the layer of a draft, without what is `asked` anyway: there it is only offered."""
    kept = {key: text for key, text in values.items() if key not in asked}
    return Layer(values={key: Given(text=text, source=SOURCE) for key, text in kept.items()})


def _fits(key: str, text: str) -> bool:
    setting = CATALOGUE.get(key)
    if setting is None or setting.is_secret:
        return False
    try:
        parse(setting, text)
    except ValueError:
        return False
    return True
