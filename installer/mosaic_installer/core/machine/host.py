"""`HostAuthority`: the door to what whoever controls this host may do without a password."""

from typing import Protocol

from mosaic_installer.core.machine.api import Minted, User
from mosaic_installer.core.secret import Secret


class HostAuthority(Protocol):
    """The gateway's admin command: for whoever controls this host, without a password."""

    def mint(self, label: str, days: int | None) -> Minted:
        """Mint a token for the first administrator; raises `InstallerError` when there is none."""

    def users(self) -> tuple[User, ...]:
        """Return everybody who has an account, oldest first."""

    def reset_password(self, email: str, password: Secret, *flags: str) -> None:
        """Set a password; `--create` and `--promote` allow what they say."""
