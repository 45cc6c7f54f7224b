"""What the environment says: the process's own, over the environment file, with `NAME_FILE` twins.

Values are handed out by name; no error ever repeats one.
"""

from collections.abc import Mapping
from pathlib import Path

from mosaic_gateway.errors import SettingsError


class Environment:
    """Looks settings up; an empty value counts as not given."""

    def __init__(self, process: Mapping[str, str], env_file: Path | None) -> None:
        """Raise SettingsError when the environment file cannot be read or understood."""
        values = {**(_read_env_file(env_file) if env_file else {}), **process}
        self._values = {name: value for name, value in values.items() if value}

    def get(self, name: str) -> str | None:
        """Value of `name`, or the content of the file that `name_FILE` names.

        One trailing newline of such a file is not part of the value. Raises SettingsError when
        both are given or the file cannot be read.
        """
        value, file = self._values.get(name), self._values.get(f"{name}_FILE")
        if value is not None and file is not None:
            raise SettingsError(
                f"both `{name}` and `{name}_FILE` are set",
                "keep one of them; both the process environment and the environment file count",
            )
        return value if file is None else _read_value(f"{name}_FILE", Path(file))


def _read_value(name: str, file: Path) -> str:
    try:
        value = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the file that `{name}` names cannot be read: {_reason(error)}",
            f"make `{file}` a text file the gateway's user can read",
        ) from None
    return value.removesuffix("\n").removesuffix("\r")


def _read_env_file(file: Path) -> dict[str, str]:
    from dotenv.parser import parse_stream

    try:
        with file.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the environment file `{file}` cannot be read: {_reason(error)}",
            "name an existing file with `--env-file` or `MOSAIC_ENV_FILE`",
        ) from None
    for binding in bindings:
        if binding.error:
            raise SettingsError(
                f"line {binding.original.line} of `{file}` is not `NAME=value`",
                "correct the line, or put `#` in front of it",
            )
    return {each.key: each.value for each in bindings if each.key and each.value}


def _reason(error: OSError | UnicodeDecodeError) -> str:
    # The text of a decoding error quotes the bytes it stumbled over, which may be a secret's.
    return (error.strerror or "unknown reason") if isinstance(error, OSError) else "not UTF-8 text"
