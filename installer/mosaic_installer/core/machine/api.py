"""`GatewayApi`: the door to the gateway, over HTTP as everybody else."""

from typing import Literal, Protocol

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret


@frozen
class Minted:
    """A token at the one moment when its text is known."""

    id: str
    token: Secret


@frozen
class TokenRow:
    """A token as the gateway lists it. `is_current`: the list was asked with it."""

    id: str
    label: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    is_current: bool
    owner: str = ""
    """Whom it speaks for (an e-mail address), and what it is for; not every gateway says it."""
    scopes: tuple[str, ...] = ()


@frozen
class User:
    """An account, as the gateway lists it."""

    id: str
    name: str
    email: str
    role: str


@frozen
class Credential:
    """What an authenticated call is made with: a token, or the session of a sign-in."""

    kind: Literal["token", "session"]
    secret: Secret


@frozen
class Founder:
    """The first administrator to be, with the setup secret; a foreign gateway may know none."""

    name: str
    email: str
    password: Secret
    setup_secret: Secret | None = None


PROBE_SECONDS = 2.5
"""Who only asks whether anybody is there has no patience."""

PATIENT_SECONDS = 10.0
"""What is known to run is busy, and not absent: it may take this long to say who it is."""


class GatewayApi(Protocol):
    """The gateway's contract over HTTP. Raises `InstallerError` when it does not answer."""

    def version(self, seconds: float = PROBE_SECONDS) -> str | None:
        """Return the version of the gateway that is healthy, None where none says so in time."""

    def database_fault(self) -> str:
        """Return what the gateway says is wrong with its database; empty where nothing is."""

    def needs_setup(self) -> bool:
        """Return whether the gateway has no user yet."""

    def set_up(self, new: Founder) -> Secret:
        """Create the first administrator and return the token that comes with it.

        Raises `CredentialError` when the gateway has a user, or does not know the setup secret.
        """

    def accepts(self, credential: Credential) -> bool:
        """Return whether an authenticated call with `credential` works."""

    def sign_in(self, email: str, password: Secret) -> Secret:
        """Return the key of a new session; raises `CredentialError` when refused or too often."""

    def sign_out(self, session: Secret) -> None:
        """End the session."""

    def mint(self, credential: Credential, label: str, days: int | None) -> Minted:
        """Mint a token that lives for `days`, or until it is revoked."""

    def tokens(self, credential: Credential) -> tuple[TokenRow, ...]:
        """Return every token there is, oldest first."""

    def revoke(self, credential: Credential, token_id: str) -> None:
        """Make a token useless from now on."""
