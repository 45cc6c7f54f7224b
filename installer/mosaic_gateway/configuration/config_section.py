"""One object of mosaic.config.json, which knows where it stands for the sake of error messages."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from mosaic_gateway.errors import SettingsError

HINT = "render the file again with `mosaic install`, or correct it by hand"


class Section:
    """Hands out checked values by key; raises SettingsError naming what is wrong and where."""

    def __init__(self, value: object, name: str, file: Path) -> None:
        if not isinstance(value, dict):
            raise SettingsError(f"`{name or 'the document'}` in `{file}` is not an object", HINT)
        self._value, self._name, self._file = value, name, file

    def section(self, key: str) -> "Section":
        return Section(self._value.get(key), self._path(key), self._file)

    def optional_section(self, key: str) -> "Section | None":
        return self.section(key) if key in self._value else None

    def sections(self, key: str) -> "list[Section]":
        """The objects of a list; absent is none."""
        value = self._value.get(key, [])
        if not isinstance(value, list):
            raise self.refusal(key, "is not a list")
        path = self._path(key)
        return [Section(each, f"{path}[{at}]", self._file) for at, each in enumerate(value)]

    def has(self, key: str) -> bool:
        """Whether it says anything about this."""
        return self._value.get(key) is not None

    def text(self, key: str) -> str:
        value = self._value.get(key)
        if isinstance(value, str) and value:
            return value
        raise SettingsError(f"`{self._path(key)}` in `{self._file}` is not a text", HINT)

    def address(self, key: str, example: str) -> str:
        """An address on the web, without slashes at its end; `example` says what one looks like."""
        url = self.text(key).rstrip("/")
        try:
            parts = urlsplit(url)
            is_usable = (
                parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
            )
        except ValueError:
            is_usable = False
        if is_usable and url.isprintable():
            return url
        raise self.refusal(key, f"is not an address such as `{example}`")

    def text_or_file(self, key: str) -> str:
        """The text, or that of the file which `<key>File` names."""
        named = f"{key}File"
        if named not in self._value:
            return self.text(key)
        try:
            text = Path(self.text(named)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise self.refusal(named, "names a file that cannot be read") from None
        return text

    def flag(self, key: str) -> bool:
        """Whether it is on; absent is off."""
        value = self._value.get(key, False)
        if isinstance(value, bool):
            return value
        raise SettingsError(f"`{self._path(key)}` in `{self._file}` is not true or false", HINT)

    def number(self, key: str, lowest: int, highest: int) -> int:
        """A whole number in a range."""
        value = self._value.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise self.refusal(key, f"is not a whole number from {lowest} to {highest}")

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        if value in known:
            return value
        raise SettingsError(
            f"`{self._path(key)}` in `{self._file}` is `{value}`, which this gateway does not know",
            f"it knows {', '.join(f'`{each}`' for each in known)}",
        )

    def refusal(self, key: str, why: str) -> SettingsError:
        """An error about the value of this key, to be raised by who found it."""
        return SettingsError(f"`{self._path(key)}` in `{self._file}` {why}", HINT)

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


def read_document(file: Path) -> Section:
    """Read the file; raises SettingsError when that cannot be done or it is not JSON."""
    return Section(_decode(file), "", file)


def _decode(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))  # some editors leave a mark
    except OSError as error:
        raise SettingsError(
            f"the configuration `{file}` cannot be read: {error.strerror}", HINT
        ) from None
    except json.JSONDecodeError as error:
        raise SettingsError(
            f"the configuration `{file}` is not JSON:"
            f" {error.msg} at line {error.lineno}, column {error.colno}",
            HINT,
        ) from None
    except (UnicodeDecodeError, RecursionError):
        raise SettingsError(f"the configuration `{file}` is not JSON in UTF-8", HINT) from None
