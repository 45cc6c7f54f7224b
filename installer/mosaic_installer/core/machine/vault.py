"""`Vault`: the door to secrets."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from mosaic_installer.core.secret import Secret


class Vault(Protocol):
    """The secrets: what this run was given (in memory), and what is kept or generated (on file)."""

    def get(self, name: str) -> Secret | None:
        """Return the secret `name` as it was given, or else as it is on file; None: neither."""

    def on_file(self, name: str) -> Secret | None:
        """Return the secret `name` as the owner file has it, None when it has none."""

    def keep(self, names: Sequence[str], dropped: Sequence[str]) -> None:
        """Write those of `names` that were given to the owner file, and take `dropped` out."""

    def generate(self, names: Sequence[str], copies: Mapping[str, Secret] | None = None) -> None:
        """Generate those of `names` that do not exist; never replaces one.

        One that is among `copies` is taken from there: its owner file was lost, it was not.
        """

    def is_damaged(self) -> bool:
        """Return whether the owner file is damaged: what cannot be read is lost, unless copied."""

    def remove(self) -> None:
        """Remove the owner file of the generated secrets."""
