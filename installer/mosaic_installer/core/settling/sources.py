"""The sources of answers as layers: `--set`, the environment, and answers files."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.answers_file import VERSION, VERSION_ROW
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, is_none, nearest
from mosaic_installer.errors import AnswersError

ReadText = Callable[[Path], str]
"""Reads a text file, or raises `OSError` or `UnicodeDecodeError`."""


def from_pairs(pairs: Iterable[str], read: ReadText, *, typed_after: str = "--set ") -> Layer:
    """Return what pairs of `key=value` give; `key_file=path` names a file that holds a secret.

    `typed_after` is what stands before a key where it was typed.
    """
    values: dict[str, Given] = {}
    problems: list[str] = []
    for pair in pairs:
        key, equals, text = pair.partition("=")
        source = f"{typed_after}{key}"
        try:
            if not equals:
                raise ValueError(f"`{source}` wants the form `key=value`")
            setting, is_file = _setting_of(key, source)
            if setting.is_secret and not is_file and not is_none(setting, text):
                raise ValueError(_exposed(setting))
            text = _content(Path(text), source, read) if is_file else text
            values[setting.key] = Given(text=text, source=source)
        except ValueError as problem:
            problems.append(str(problem))
    return Layer(values=values, problems=tuple(problems))


def from_environment(variables: Mapping[str, str], read: ReadText) -> Layer:
    """Return what the environment gives; an empty variable counts as not set."""
    values: dict[str, Given] = {}
    problems: list[str] = []
    for setting in CATALOGUE.values():
        try:
            given = _variable(setting, variables, read)
        except ValueError as problem:
            problems.append(str(problem))
        else:
            if given is not None:
                values[setting.key] = given
    return Layer(values=values, problems=tuple(problems))


def from_toml(text: str, name: str, read: ReadText) -> Layer:
    """Return what an answers file gives; `name` is what errors and sources call it.

    Raises `AnswersError` with line and column when it is not TOML.
    """
    import tomllib

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AnswersError(
            f"`{name}` is not valid TOML: {error}",
            "correct that line; nothing was changed",
            identifier="answers-file-unreadable",
        ) from None
    _refuse_newer(document.pop(VERSION_ROW, VERSION), name)
    values: dict[str, Given] = {}
    problems: list[str] = []
    for key, value in rows_by_key(document).items():
        source = f"{name}: {key}"
        try:
            setting, is_file = _setting_of(key, source)
            plain = _plain(value, source)
            content = _content(Path(plain), source, read) if is_file else plain
            values[setting.key] = Given(text=content, source=source)
        except ValueError as problem:
            problems.append(str(problem))
    return Layer(values=values, problems=tuple(problems))


def _refuse_newer(version: object, name: str) -> None:
    if version == VERSION:
        return
    if isinstance(version, int) and version > VERSION:
        raise AnswersError(
            f"`{name}` was written by a newer mosaic: `{VERSION_ROW} = {version}`, and this one "
            f"knows {VERSION}",
            "use that mosaic, or a newer one; nothing was changed",
            identifier="answers-file-newer",
        )
    raise AnswersError(
        f"{name}: {VERSION_ROW}: this is the version of the format, {VERSION}",
        f"write `{VERSION_ROW} = {VERSION}`, or leave that row out",
        identifier="answers-file-unreadable",
    )


def _variable(setting: Setting, variables: Mapping[str, str], read: ReadText) -> Given | None:
    text = variables.get(setting.variable, "")
    twin = f"{setting.variable}_FILE"
    path = variables.get(twin, "") if setting.is_secret else ""
    if text and path:
        raise ValueError(f"{setting.variable} and {twin} are both set; unset one of them")
    if path:
        return Given(text=_content(Path(path), twin, read), source=twin)
    return Given(text=text, source=setting.variable) if text else None


def _setting_of(key: str, source: str) -> tuple[Setting, bool]:
    if key in CATALOGUE:
        return CATALOGUE[key], False
    plain = key.removesuffix("_file")
    if plain != key and plain in CATALOGUE and CATALOGUE[plain].is_secret:
        return CATALOGUE[plain], True
    meant = nearest(key, list(CATALOGUE)) or "; `mosaic config explain` lists them all"
    raise ValueError(f"{source}: there is no such setting{meant}")


def _exposed(setting: Setting) -> str:
    return (
        f"`--set {setting.key}` would show a secret to every user of this machine; set "
        f"{setting.variable}, or give `--set {setting.key}_file=PATH`"
    )


def _content(path: Path, source: str, read: ReadText) -> str:
    try:
        text = read(path.expanduser())
    except UnicodeDecodeError:
        raise ValueError(f"{source}: `{path}` is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"{source}: cannot read `{path}`: {error.strerror}") from None
    return text.removesuffix("\n").removesuffix("\r")


def _plain(value: object, source: str) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case _:
            raise ValueError(f"{source}: a setting is a text, a number, true or false")
