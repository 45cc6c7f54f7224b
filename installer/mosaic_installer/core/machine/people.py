"""`PeopleApi`: the door to who may use the gateway, and with which tokens."""

from typing import Protocol

from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.machine.api import Credential, Minted
from mosaic_installer.core.secret import Secret


@frozen
class Person:
    """Somebody with an account, or invited to one: then `expires_at` says until when."""

    id: str
    name: str
    email: str
    role: str
    created_at: str
    expires_at: str | None = None


@frozen
class Invited:
    """An invitation at the one moment when its code is known."""

    email: str
    role: str
    expires_at: str
    code: Secret


@frozen
class Acceptance:
    """What somebody accepts an invitation with; without a name, the gateway makes one up."""

    code: Secret
    password: Secret
    name: str | None = None


@frozen
class Accepted:
    """A new account, and the token for chats that comes with it."""

    email: str
    role: str
    token: Secret


@frozen
class TokenWish:
    """A token to be; `days` until it expires, None: until it is revoked."""

    label: str
    scopes: tuple[str, ...] = field(default=("chat",))
    days: int | None = None


class PeopleApi(Protocol):
    """The gateway's contract about users. Raises `InstallerError` where it refuses something."""

    def people(self, credential: Credential) -> tuple[Person, ...]:
        """Return everybody with an account, then everybody who is invited."""

    def invite(self, credential: Credential, email: str, role: str, days: int | None) -> Invited:
        """Invite somebody; an earlier invitation of theirs is good for nothing more."""

    def withdraw(self, credential: Credential, invitation_id: str) -> None:
        """Make an invitation useless."""

    def set_role(self, credential: Credential, user_id: str, role: str) -> None:
        """Make somebody an administrator (`admin`) or a `member`."""

    def set_limit(self, credential: Credential, user_id: str, monthly: int | None) -> None:
        """Let somebody spend so many millionths of a US dollar a month, or as many as they like."""

    def reset_limit(self, credential: Credential, user_id: str) -> None:
        """Let the installation's limit be theirs again."""

    def remove(self, credential: Credential, user_id: str) -> None:
        """Remove an account, with its sessions and tokens."""

    def accept(self, wanted: Acceptance) -> Accepted:
        """Make the account that an invitation promises; raises `CredentialError` if it does not."""

    def create_token(self, credential: Credential, wish: TokenWish) -> Minted:
        """Mint a token of one's own."""
