"""Templates to text. Strict: a name that a template misses is an error, never an empty text.

They are written for jinja2, and compiled to Python by `scripts/reference`: importing jinja2 takes
as long as all answers together.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

COMPILED = "mosaic_installer.core.rendered"
Element = TypeVar("Element")


def render(name: str, **values: object) -> str:
    """Return the template `name`.j2 rendered with `values`; ends with one newline.

    Raises TypeError when the template has a name that is not among the values.
    """
    compiled = import_module(f"{COMPILED}.{module_of(name)}")
    return "".join(compiled.parts(**values)).rstrip("\n") + "\n"


def definition(name: str) -> bytes:
    """Return what the template `name`.j2 says, for checksums."""
    return (Path(__file__).parent / "rendered" / f"{module_of(name)}.py").read_bytes()


def module_of(name: str) -> str:
    """Return the name of the module that a template is compiled to."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)


class Loop(NamedTuple):
    """What a template can ask about the turn that a loop is in."""

    first: bool
    last: bool


def looped(values: Iterable[Element]) -> Iterator[tuple[Loop, Element]]:
    """Yield each of the values with its turn, for a template that asks for `loop.last`."""
    found = tuple(values)
    for number, value in enumerate(found, start=1):
        yield Loop(first=number == 1, last=number == len(found)), value


def member(value: Any, name: str) -> Any:
    """Return what a template means by a dot: an attribute, else what is found under that name."""
    try:
        return getattr(value, name)
    except AttributeError:
        return value[name]


def quote_json(value: object) -> str:
    """Return `value` as JSON, letters of every script readable."""
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def quote_json_section(value: object) -> str:
    """Return `value` as JSON on several lines, for a name that is indented by two."""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n  ")


def quote_dotenv(value: object) -> str:
    """Return `value` in single quotes, where nothing but backslash and quote is special."""
    text = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def quote_compose(value: object) -> str:
    """Return `value` for a compose file, which is YAML (so JSON will do) where `$` is special."""
    # YAML takes some characters for line breaks that JSON does not, so all such are spelled out.
    letters = (c if c.isprintable() else f"\\U{ord(c):08x}" for c in quote_json(str(value)))
    return "".join(letters).replace("$", "$$")


def bracketed(address: str) -> str:
    """Return an IP address as it stands before a colon and a port."""
    return f"[{address}]" if ":" in address else address


def quote_unit(value: object) -> str:
    """Return `value` quoted for a command line in a systemd unit (systemd.service(5))."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("%", "%%").replace("$", "$$") + '"'


def quote_unit_path(path: Path) -> str:
    """Return a path that is the whole value of a unit's line: not split, but `%` is special."""
    return str(path).replace("%", "%%")


FILTERS: dict[str, Callable[..., str]] = {
    "json": quote_json,
    "json_section": quote_json_section,
    "dotenv": quote_dotenv,
    "unit": quote_unit,
    "unit_path": quote_unit_path,
}
