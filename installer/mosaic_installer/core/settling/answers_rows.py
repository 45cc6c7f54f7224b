"""The rows of answers.toml as lines: one that begins to count takes the place of its comment."""

import re
from collections.abc import Mapping

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.setting import Setting

HEAD = r"\[([^\[\]]+)\]\s*(?:#.*)?"


def rows_by_key(document: Mapping[str, object]) -> dict[str, object]:
    """Return the rows of a TOML document by dotted key."""
    rows: dict[str, object] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            rows |= {f"{key}.{name}": row for name, row in value.items()}
        else:
            rows[key] = value
    return rows


def row_of(setting: Setting, value: str | int | None) -> str:
    """Return the line of a setting: its value, or its default commented out."""
    from tomlkit import item

    if value is not None:
        return f"{setting.name} = {item(value).as_string()}"
    if isinstance(setting.default, str):
        shown = setting.default if setting.kind.is_number else f'"{setting.default}"'
    else:
        shown = setting.default_note.replace("`", "")
    return f"# {setting.name} = {shown}"


def in_place(text: str, values: Mapping[str, str | int]) -> str:
    """Return the text with rows in the place of their comments, and comments in that of rows.

    Only where the line is as it was written here, and nothing else comes to mean something else;
    a text that is not TOML stays as it is.
    """
    rows = _rows_in(text)
    for setting in CATALOGUE.values():
        key = setting.key
        if rows is None or setting.is_secret or (key in values) == (key in rows):
            continue
        value = values.get(key)
        wanted = {name: row for name, row in rows.items() if name != key}
        if value is not None:
            wanted[key] = value
        changed = _with_row(text, setting, value)
        if _rows_in(changed) == wanted:
            text, rows = changed, wanted
    return text


def _with_row(text: str, setting: Setting, value: str | int | None) -> str:
    lines, section, above = text.split("\n"), "", ""
    begins = f"{setting.name} =" if value is None else f"# {setting.name} ="
    for number, line in enumerate(lines):
        if head := re.fullmatch(HEAD, line.strip()):
            section = head[1].strip()
        is_ours = above.startswith(f"# {setting.prompt}.") and line.startswith(begins)
        if is_ours and section == setting.key.rpartition(".")[0]:
            lines[number] = row_of(setting, value)
            return "\n".join(lines)
        above = line
    return text


def _rows_in(text: str) -> dict[str, object] | None:
    import tomllib

    try:
        return rows_by_key(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
