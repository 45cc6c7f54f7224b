"""`mosaic config`: every setting, its value, and where that came from."""

from collections.abc import Iterator

from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.questionnaire.conditions import in_words
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.interview import Sketch, nearest, sketch
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.ui import output


def show(*, as_json: bool) -> int:
    """Print every setting with its value and source; a secret is `set` or `unset`."""
    rows = _rows()
    if as_json:
        output.document([{"schema": SCHEMA, **row} for row in rows])
    else:
        output.data(output.lines((f"{row['key']} = {row['value']}", row["source"]) for row in rows))
    return 0


def get(key: str) -> int:
    """Print the value of one setting."""
    setting = _setting(key)
    row = next(row for row in _rows() if row["key"] == setting.key)
    output.data(row["value"])
    return 0


def explain(key: str | None) -> int:
    """Print what a setting means and accepts; without a key, list all of them."""
    if key is None:
        output.data(output.lines((s.key, s.prompt) for s in CATALOGUE.values()))
        return 0
    setting = _setting(key)
    row = next(row for row in _rows() if row["key"] == setting.key)
    default = setting.default if isinstance(setting.default, str) else setting.default_note
    twin = f" or {setting.variable}_FILE" if setting.is_secret else ""
    given = f"{setting.key}_file=PATH" if setting.is_secret else f"{setting.key}={setting.example}"
    output.data(f"{setting.prompt}\n{setting.told}\n")
    rows = [
        ("value", f"{row['value']} ({row['source']})"),
        ("default", default or "none"),
        ("when", in_words(setting.when)),
        *_choices(setting),
        ("accepts", "" if setting.kind.words else setting.kind.accepts),
        ("command line", f"--set {given}"),
        ("environment", f"{setting.variable}{twin}"),
        ("answers.toml", given.partition("=")[0] if setting.is_remembered else "not kept there"),
    ]
    output.data(output.lines(row for row in rows if row[1]))
    output.data("\nThe first that is given wins: --set, environment, --answers, answers.toml.")
    return 0


def path() -> int:
    """Print where answers.toml is."""
    output.data(str(open_machine(given_layers()).layout.answers))
    return 0


def _rows() -> list[dict[str, str]]:
    layers = given_layers()
    machine = open_machine(layers)
    found = sketch([*layers, remembered_layer(machine)], probe_host(machine))
    elsewhere = machine.installed_elsewhere() if read_meta(machine) is None else None
    if elsewhere is not None:
        output.say(f"note: {elsewhere.message}; what is shown here are defaults")
    return [_row(setting, found) for setting in CATALOGUE.values()]


def _row(setting: Setting, found: Sketch) -> dict[str, str]:
    value = value_of(found.settled.answers, setting.key)
    given = "unset" if value is None else "set"
    text = given if setting.is_secret else as_text(value)
    source = "not given yet" if setting in found.missing else found.settled.sources[setting.key]
    return {"key": setting.key, "value": text, "source": source}


def _choices(setting: Setting) -> Iterator[tuple[str, str]]:
    hints = setting.kind.hints
    if not any(hints.values()):
        yield "choices", ", ".join(hints)
        return
    for number, (word, hint) in enumerate(hints.items()):
        yield "" if number else "choices", f"{word}: {hint}"


def _setting(key: str) -> Setting:
    if key not in CATALOGUE:
        raise AnswersError(
            f"unknown setting `{key}`{nearest(key, list(CATALOGUE))}",
            "`mosaic config explain` lists all settings",
        )
    return CATALOGUE[key]
