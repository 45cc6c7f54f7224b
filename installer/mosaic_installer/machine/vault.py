"""The secrets: what a run is given stays in memory, unless it is to be kept in the owner file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.new_secrets import new_secret

REPLACED = "\ufffd"  # in the place of what is no UTF-8
Read = tuple[dict[str, Secret], bool]
"""What an owner file has, and whether it is damaged."""
HEADER = "# The secrets of this Mosaic installation. Without them its data may be of no use.\n"


class LocalVault:
    """`Vault` over the owner file `path`."""

    def __init__(self, path: Path, files: Files, typed: Mapping[str, Secret] | None = None) -> None:
        self._path = path
        self._files = files
        self._typed = dict(typed or {})
        self._known: tuple[bytes, Read] = (b"", ({}, True))

    def get(self, name: str) -> Secret | None:
        return self._typed.get(name) or self.stored().get(name)

    def on_file(self, name: str) -> Secret | None:
        return self.stored().get(name)

    def stored(self) -> dict[str, Secret]:
        """Return the secrets of the owner file; of a damaged one those that still can be read."""
        return dict(self._read()[0])

    def is_damaged(self) -> bool:
        """Whether there is an owner file that is not as we, or a person, would write it."""
        return self._read()[1]

    def _read(self) -> Read:
        content = self._files.read(self._path)
        if content is None:
            return {}, False
        if content != self._known[0]:
            self._known = (content, _read_from(content))
        return self._known[1]

    def type_in(self, typed: Mapping[str, Secret | None]) -> None:
        """Keep what this run was given, in memory only; None takes back what was given before."""
        for name, secret in typed.items():
            if secret is None:
                self._typed.pop(name, None)
            else:
                self._typed[name] = secret

    def all(self) -> list[Secret]:
        """Return every secret there is, to keep them out of reports."""
        return [*self._typed.values(), *self.stored().values()]

    def generate(self, names: Sequence[str], copies: Mapping[str, Secret] | None = None) -> None:
        known = self.stored()
        fresh = {
            name: (copies or {}).get(name) or new_secret(name)
            for name in names
            if name not in known
        }
        self._store(known | fresh)

    def keep(self, names: Sequence[str], dropped: Sequence[str]) -> None:
        known = self.stored() | {name: self._typed[name] for name in names if name in self._typed}
        self._store({name: secret for name, secret in known.items() if name not in dropped})

    def remove(self) -> None:
        self._files.remove(self._path)
        self._files.remove(self._aside)

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{self._path.name}.damaged")

    def _store(self, secrets: Mapping[str, Secret]) -> None:
        content = self._files.read(self._path)
        if content and self.is_damaged():
            self._files.write(self._aside, content)
        rows = [f"{name} = {_quoted(secret)}\n" for name, secret in secrets.items()]
        self._files.write(self._path, (HEADER + "".join(rows)).encode())


def _read_from(content: bytes) -> Read:
    text = content.decode("utf-8-sig", errors="replace")
    rows = _rows(text)
    if rows is not None and REPLACED not in text:
        return rows, not content.strip()
    # A line that still says something says what it said before.
    saved: dict[str, Secret] = {}
    for line in text.splitlines():
        saved |= _rows(line) or {}
    return {name: secret for name, secret in saved.items() if _is_whole(secret)}, True


def _rows(text: str) -> dict[str, Secret] | None:
    # The parser's message could quote a secret, so it is nowhere shown.
    import tomllib

    try:
        rows = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {name: Secret(str(value)) for name, value in rows.items()}


def _is_whole(secret: Secret) -> bool:
    return REPLACED not in secret.reveal()


def _quoted(secret: Secret) -> str:
    # JSON's escapes are those of a TOML string; DEL alone is one in TOML only.
    return json.dumps(secret.reveal(), ensure_ascii=False).replace("\x7f", "\\u007f")
