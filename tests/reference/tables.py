"""Tables of the documentation, made from the code: settings, checks, errors, exit codes."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence
from inspect import getdoc
from pathlib import Path

from mosaic_installer import errors
from mosaic_installer.cli import BUG
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.preflight import CHECKS, identifier
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.errors import REASONS, InstallerError

SOURCES = Path(__file__).parents[2] / "installer/mosaic_installer"

EVERYDAY = ("tier", "gateway", "admin", "installer")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell does not end the cell."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def settings() -> str:
    head = ("section", "setting", "`--set`", "variable", "answers.toml", "default", "meaning")
    return table(head, (_setting(setting) for setting in CATALOGUE.values()))


def settings_in_short() -> str:
    head = ("`--set` key", "variable", "default", "what it is")
    rows = (
        (f"`{_key(setting)}`", _variable(setting), _default(setting), setting.prompt)
        for setting in _everyday()
    )
    return table(head, rows)


def checks() -> str:
    return table(
        ("identifier", "about", "why"),
        (
            (f"`{identifier(check)}`", check.__module__.rpartition(".")[2], _first_line(check))
            for check in CHECKS
        ),
    )


def exit_codes() -> str:
    meanings = {0: "Done, nothing to do, or declined at the confirmation."}
    for kind in reversed(_kinds()):
        # What follows a semicolon is for whoever writes code.
        meanings[kind.exit_code] = _first_line(kind).partition(";")[0].rstrip(".") + "."
    meanings[InstallerError.exit_code] = "Something expected failed; the message says what."
    meanings[BUG] = "A bug. A crash report without secrets was written; its path is shown."
    return table(("exit", "meaning"), ((str(code), meanings[code]) for code in sorted(meanings)))


def identifiers() -> str:
    codes = _codes_by_identifier()
    rows = (
        (f"`{name}`", ", ".join(map(str, sorted(codes[name]))), meaning)
        for name, meaning in REASONS.items()
    )
    return table(("identifier", "exit", "meaning"), rows)


def unused_identifiers() -> set[str]:
    """Return identifiers that no error of the program ever carries."""
    return REASONS.keys() - _codes_by_identifier().keys()


def _everyday() -> list[Setting]:
    """The settings that nearly everybody looks at; the others are in docs/settings.md."""
    return [setting for setting in CATALOGUE.values() if setting.section in EVERYDAY]


def _setting(setting: Setting) -> tuple[str, ...]:
    if setting.is_secret:
        row = f"`{setting.name}_file`"
    else:
        row = f"`{setting.name}`" if setting.is_remembered else "not kept"
    return (
        setting.section,
        setting.prompt,
        f"`{_key(setting)}`",
        _variable(setting),
        row,
        _default(setting),
        setting.meaning,
    )


def _key(setting: Setting) -> str:
    # A secret on the command line could be read by everybody on the machine.
    return f"{setting.key}_file" if setting.is_secret else setting.key


def _variable(setting: Setting) -> str:
    twin = f", `{setting.variable}_FILE`" if setting.is_secret else ""
    return f"`{setting.variable}`{twin}"


def _default(setting: Setting) -> str:
    if isinstance(setting.default, str):
        return f"`{setting.default}`"
    return setting.default_note or "none"


def _kinds() -> list[type[InstallerError]]:
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    return [kind for kind in found if issubclass(kind, InstallerError)]


def _codes_by_identifier() -> dict[str, set[int]]:
    kinds = {kind.__name__: kind for kind in _kinds()}
    codes: defaultdict[str, set[int]] = defaultdict(set)
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), keywords=given) if name in kinds:
                    codes[_given(given) or kinds[name].identifier].add(kinds[name].exit_code)
                case _:
                    pass
    codes[errors.Interrupted.identifier].add(errors.Interrupted.exit_code)
    return codes


def _given(keywords: Sequence[ast.keyword]) -> str:
    for keyword in keywords:
        match keyword:
            case ast.keyword(arg="identifier", value=ast.Constant(value=str(name))):
                return name
            case _:
                pass
    return ""


def _first_line(documented: object) -> str:
    return (getdoc(documented) or "").partition("\n")[0]
