"""Answers <-> commented TOML: prompts as comments, defaults commented out, secrets left out."""

from collections.abc import Iterable, Iterator, Mapping

from mosaic_installer.core.answers import CATALOGUE, Answers, value_of
from mosaic_installer.core.settling.answers_rows import in_place, row_of, rows_by_key
from mosaic_installer.errors import AnswersError

HEADER = (
    "What was chosen for this Mosaic installation. Yours to edit: `mosaic install` applies it.",
    "A line that is commented out shows a default. Secrets are never in this file.",
)
VERSION = 1
VERSION_ROW = "schema"
"""The row with the version of the format; absent, it is the present one."""
SCHEMA = "answers.schema.json"
"""What editors that know TOML look for beside the file, because its first line says so."""
_PLAIN = tuple(key for key, setting in CATALOGUE.items() if not setting.is_secret)


def rows_of(answers: Answers) -> dict[str, str | int]:
    """Return the values that answers.toml keeps, by key: what was chosen, without secrets."""
    values: dict[str, str | int] = {}
    for key, setting in CATALOGUE.items():
        if key in answers.chosen and setting.is_remembered and not setting.is_secret:
            value = value_of(answers, key)
            values[key] = value if isinstance(value, int) else str(value or "none")
    return values


def says_exactly(text: str, values: Mapping[str, str | int]) -> bool:
    """Return whether an answers file already says exactly `values`, secrets left aside."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    found = {key: row for key, row in rows_by_key(document).items() if key in _PLAIN}
    return found == dict(values)


def plain_rows(text: str) -> dict[str, str | int]:
    """Return the rows of an answers file that are known, and hold no secret, by key."""
    import tomllib

    rows = rows_by_key(tomllib.loads(text))
    return {key: rows[key] for key in _PLAIN if key in rows}  # type: ignore[misc]  # what is of another type is kept, or refused, as it stands


def secret_rows(text: str) -> tuple[str, ...]:
    """Return the keys of the secrets that an answers file holds in plain; none if it is no TOML."""
    import tomllib

    try:
        rows = rows_by_key(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    return tuple(key for key in rows if key in CATALOGUE and CATALOGUE[key].is_secret)


def without_rows(text: str, keys: Iterable[str]) -> str:
    """Return answers file `text` without the rows `keys`, which it has; everything else stays."""
    from tomlkit import parse

    document = parse(text)
    for key in keys:
        section, _, name = key.rpartition(".")
        del document[section][name]
    return document.as_string()


def updated(text: str | None, values: Mapping[str, str | int]) -> str:
    """Return answers file `text` with exactly `values` set; the user's own comments stay.

    Without `text`, a new file with one commented row for every setting. Raises `AnswersError`
    when `text` is not TOML, so that a file with a slip in it is never overwritten.
    """
    if text is None:
        return "".join((f"#:schema ./{SCHEMA}\n", *_head(), *_rows(values)))
    from tomlkit import parse, table
    from tomlkit.exceptions import TOMLKitError

    try:
        document = parse(in_place(text, values))
    except TOMLKitError as error:
        raise AnswersError(
            f"answers.toml is not valid TOML: {error}", "correct it, or move it away"
        ) from None
    for key in CATALOGUE:
        section, name = key.rpartition(".")[::2]
        if section and section not in document:
            if key not in values:
                continue
            document[section] = table()
        rows = document[section] if section else document
        if key in values and rows.get(name) != values[key]:
            rows[name] = values[key]
        elif key not in values and key in _PLAIN and name in rows:
            del rows[name]
    return document.as_string()


def template(values: Mapping[str, str | int]) -> str:
    """Return an answers file to fill in: also with a row for the file that holds each secret."""
    return "".join((*_head(), *_rows(values, with_secrets=True)))


def _head() -> Iterator[str]:
    yield from (f"# {line}\n" for line in HEADER)
    yield f"\n# Version of the format.\n{VERSION_ROW} = {VERSION}\n"


def _rows(values: Mapping[str, str | int], *, with_secrets: bool = False) -> Iterator[str]:
    section = ""
    for setting in CATALOGUE.values():
        if not setting.is_remembered or (setting.is_secret and not with_secrets):
            continue
        if setting.section != section and "." in setting.key:
            section = setting.section
            yield f"\n[{section}]\n"
        yield f"\n# {setting.prompt}. {setting.meaning}\n"
        if setting.is_secret:
            yield f'# {setting.name}_file = "a file that holds it"\n'
        else:
            yield f"{row_of(setting, values.get(setting.key))}\n"
