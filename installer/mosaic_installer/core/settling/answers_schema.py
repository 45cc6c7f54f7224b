"""The rows of answers.toml as a JSON Schema: editors complete and check what one types."""

import json

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.answers_file import VERSION, VERSION_ROW

DIALECT = "http://json-schema.org/draft-07/schema#"


def schema_text() -> str:
    """Return the schema of answers files."""
    version = {"type": "integer", "const": VERSION, "description": "The version of this format."}
    rows: dict[str, object] = {VERSION_ROW: version}
    tables: dict[str, dict[str, object]] = {}
    for setting in CATALOGUE.values():
        place = tables.setdefault(setting.section, {}) if "." in setting.key else rows
        name = f"{setting.name}_file" if setting.is_secret else setting.name
        place[name] = _row(setting)
    document = {
        "$schema": DIALECT,
        "title": "answers.toml of Mosaic Stack",
        "type": "object",
        "additionalProperties": False,
        "properties": rows | {name: _table(found) for name, found in tables.items()},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _table(rows: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": rows}


def _row(setting: Setting) -> dict[str, object]:
    if setting.is_secret:
        return {"type": "string", "description": f"A file that holds it. {setting.prompt}."}
    kind = setting.kind
    row = {**kind.schema, "description": f"{setting.prompt}. {setting.meaning}"}
    if isinstance(setting.default, str):
        row["default"] = int(setting.default) if kind.is_number else setting.default
    return row
