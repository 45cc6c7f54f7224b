"""`mosaic.config.json`: which database, queue and memory this gateway works with.

Unknown keys are tolerated, for newer installers; unknown kinds of storage are not.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from mosaic_gateway.errors import SettingsError

TIERS = ("local", "standalone", "federated")
HINT = "render the file again with `mosaic install`, or correct it by hand"


@dataclass(frozen=True)
class SqliteStorage:
    """One file on this host; `path` is absolute."""

    path: Path


@dataclass(frozen=True)
class TierConfig:
    """What the installer decided about this gateway's surroundings."""

    tier: str
    storage: SqliteStorage


def read_tier_config(file: Path | None) -> TierConfig:
    """Read and check the file; raises SettingsError naming what is wrong and where."""
    if file is None:
        raise SettingsError(
            "no configuration is named",
            "pass `--config FILE` or set `MOSAIC_CONFIG` to the path of mosaic.config.json",
        )
    config = _Section(_decode(file), "", file)
    _require_kind(config.section("queue"), "database")
    _require_kind(config.section("memory"), "keyword")
    return TierConfig(config.choice("tier", TIERS), _storage(config.section("storage")))


class _Section:
    """One JSON object of the file, which knows where it stands for the sake of error messages."""

    def __init__(self, value: object, name: str, file: Path) -> None:
        if not isinstance(value, dict):
            raise SettingsError(f"`{name or 'the document'}` in `{file}` is not an object", HINT)
        self._value, self._name, self._file = value, name, file

    def section(self, key: str) -> "_Section":
        return _Section(self._value.get(key), self._path(key), self._file)

    def text(self, key: str) -> str:
        value = self._value.get(key)
        if isinstance(value, str) and value:
            return value
        raise SettingsError(f"`{self._path(key)}` in `{self._file}` is not a text", HINT)

    def flag(self, key: str) -> bool:
        """Whether it is on; absent is off."""
        value = self._value.get(key, False)
        if isinstance(value, bool):
            return value
        raise SettingsError(f"`{self._path(key)}` in `{self._file}` is not true or false", HINT)

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        if value in known:
            return value
        raise SettingsError(
            f"`{self._path(key)}` in `{self._file}` is `{value}`, which this gateway does not know",
            f"it knows {', '.join(f'`{each}`' for each in known)}",
        )

    def refuse(self, key: str, why: str) -> SettingsError:
        return SettingsError(f"`{self._path(key)}` in `{self._file}` {why}", HINT)

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


def _decode(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
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


def _storage(section: _Section) -> SqliteStorage:
    _require_kind(section, "sqlite")
    if section.flag("enableVector"):
        raise section.refuse("enableVector", "is true, but SQLite has no vectors")
    path = Path(section.text("path"))
    if not path.is_absolute():
        raise section.refuse("path", "is not an absolute path")
    return SqliteStorage(path)


def _require_kind(section: _Section, *known: str) -> None:
    section.choice("type", known)
