"""The secrets: what the person typed stays in memory; what we generate has one owner file."""

import json
import secrets as randomness
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.machine import Files
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError

# Letters and digits only: nothing that any file format or shell would take for its own.
ALPHABET = string.ascii_letters + string.digits
LENGTH = 48  # 48 of 62 characters are 285 bits
HEADER = "# The secrets of this Mosaic installation. Without them its data may be of no use.\n"


class LocalVault:
    """`Vault` over the owner file `path`."""

    def __init__(self, path: Path, files: Files, typed: Mapping[str, Secret] | None = None) -> None:
        self._path = path
        self._files = files
        self._typed = dict(typed or {})

    def get(self, name: str) -> Secret | None:
        return self._typed.get(name) or self._generated().get(name)

    def type_in(self, typed: Mapping[str, Secret]) -> None:
        """Keep what the person typed, in memory only."""
        self._typed.update(typed)

    def all(self) -> list[Secret]:
        """Return every secret there is, to keep them out of reports."""
        return [*self._typed.values(), *self._generated().values()]

    def generate(self, names: Sequence[str]) -> None:
        known = self._generated()
        fresh = {name: Secret(_random()) for name in names if name not in known}
        rows = [f"{name} = {_quoted(secret)}\n" for name, secret in (known | fresh).items()]
        self._files.write(self._path, (HEADER + "".join(rows)).encode())

    def remove(self) -> None:
        self._files.remove(self._path)

    def _generated(self) -> dict[str, Secret]:
        content = self._files.read(self._path)
        if content is None:
            return {}
        import tomllib

        try:
            rows = tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            # The parser's message could quote a secret, so it is not shown.
            raise InstallerError(
                f"`{self._path}` is not valid TOML",
                "correct it, or restore it from a backup; it is never overwritten",
                identifier="secrets-damaged",
            ) from None
        return {name: Secret(str(value)) for name, value in rows.items()}


def _quoted(secret: Secret) -> str:
    # JSON's escapes are those of a TOML string; DEL alone is one in TOML only.
    return json.dumps(secret.reveal(), ensure_ascii=False).replace("\x7f", "\\u007f")


def _random() -> str:
    return "".join(randomness.choice(ALPHABET) for _ in range(LENGTH))
