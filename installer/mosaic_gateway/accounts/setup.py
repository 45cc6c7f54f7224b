"""The first account, for whoever knows the setup secret.

However many ask at once, one gets it: the database's constraint decides. The secret is spent in the
same transaction, so that a database without its users is not open to whoever kept it.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, exists, select
from sqlalchemy.exc import IntegrityError

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import EVERY_SCOPE
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.tokens import MintedToken, NewToken, mint_token
from mosaic_gateway.accounts.users import ADMIN, TURN, NewUser, User, create_user, has_users
from mosaic_gateway.errors import AlreadySetUpError, NoSetupError, SetupSpentError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import SETUPS

LABEL = "Initial setup"


@dataclass(frozen=True)
class Founder:
    """Who sets the gateway up, and from where."""

    name: str
    email: str
    client: str
    password: str = field(repr=False)


class Setup:
    """The door for the founder; without a secret it is not there."""

    def __init__(self, storage: Storage, passwords: Passwords, secret: str | None) -> None:
        self._storage = storage
        self._passwords = passwords
        self._digest = secret and _digest(secret)

    def needs_founder(self) -> bool:
        """Whether there is no user yet, or any more."""
        with self._storage.reading() as connection:
            return not has_users(connection)

    def require_secret(self, given: str | None) -> None:
        """Return when this is the setup secret; raises NoSetupError."""
        if not self._digest or not hmac.compare_digest(_digest(given or ""), self._digest):
            raise NoSetupError

    def found(self, founder: Founder) -> tuple[User, MintedToken]:
        """Create the administrator and a token, and spend the secret.

        Raises AlreadySetUpError when there is any user, SetupSpentError when there was one.
        """
        self._refuse_if_done()
        password_hash = self._passwords.hash(founder.password, before=self._refuse_if_done)
        try:
            return self._create(founder, password_hash)
        except IntegrityError:
            raise AlreadySetUpError from None

    def _refuse_if_done(self) -> None:
        with self._storage.reading() as connection:
            self._require_open(connection)

    def _require_open(self, connection: Connection) -> None:
        if has_users(connection):
            raise AlreadySetUpError
        if connection.execute(select(exists().where(SETUPS.c.digest == self._digest))).scalar():
            raise SetupSpentError

    def _create(self, founder: Founder, password_hash: str) -> tuple[User, MintedToken]:
        with self._storage.writing(alone=TURN) as connection:
            self._require_open(connection)
            connection.execute(
                SETUPS.insert().values(digest=self._digest, spent_at=datetime.now(UTC))
            )
            new = NewUser(founder.name, founder.email, password_hash)
            user = create_user(connection, new, role=ADMIN, is_founder=True)
            token = mint_token(connection, user, NewToken(LABEL, EVERY_SCOPE))
            actor = audit.user_actor(user.id, founder.client)
            audit.record(connection, actor, "setup", user.id)
            return user, token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
