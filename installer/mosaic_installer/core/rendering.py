"""Templates to text. Strict: a name that a template misses is an error, never an empty text."""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import mosaic_installer

if TYPE_CHECKING:
    import jinja2

PACKAGE = Path(mosaic_installer.__file__).parent


def folder() -> Path:
    """Return the templates: inside the package when it is installed, else at the root."""
    shipped = PACKAGE / "templates"
    return shipped if shipped.is_dir() else PACKAGE.parents[1] / "templates"


def render(name: str, **values: object) -> str:
    """Return the template `name`.j2 rendered with `values`; ends with one newline."""
    return _environment().get_template(f"{name}.j2").render(**values).rstrip("\n") + "\n"


@cache
def _environment() -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - configuration files, not HTML; each has its own quoting filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["json"] = quote_json
    environment.filters["json_section"] = quote_json_section
    environment.filters["dotenv"] = quote_dotenv
    environment.filters["compose"] = quote_compose
    environment.filters["host"] = bracketed
    environment.filters["unit"] = quote_unit
    environment.filters["unit_path"] = quote_unit_path
    return environment


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
