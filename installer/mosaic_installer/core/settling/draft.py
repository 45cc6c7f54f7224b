"""The answers of an unfinished run as a file: texts by key, without secrets, offered once more."""

import json
from collections.abc import Mapping, Sequence

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, parse

HEADER = "# What you had answered when you left `mosaic install`. The next run offers it."
DROPPED = "entered_again"
SOURCE = "your unfinished run"


def draft_text(values: Mapping[str, str], dropped: Sequence[str] = ()) -> str:
    """Return the file's text; texts of JSON are texts of TOML, too.

    `dropped` are the keys of secrets that were entered as well, and are not kept.
    """
    names = json.dumps(list(dropped))
    dropped_row = (f"{DROPPED} = {names}",) if dropped else ()
    rows = (f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in values.items())
    return "\n".join((HEADER, *dropped_row, *rows)) + "\n"


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


def parse_dropped(text: str) -> tuple[str, ...]:
    """Return the keys of the secrets that the unfinished run had been given."""
    import tomllib

    try:
        names = tomllib.loads(text).get(DROPPED, [])
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    known = [key for key in names if key in CATALOGUE] if isinstance(names, list) else []
    return tuple(key for key in known if CATALOGUE[key].is_secret)


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
