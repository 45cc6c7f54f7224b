"""Signed-in browsers. A stolen database opens no session: digests are keyed with a secret."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import IntegrityError

from mosaic_gateway.accounts.users import Account, User, look_up
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.sweeping import sweep
from mosaic_gateway.storage.tables import SESSIONS

LIFE = timedelta(days=7)

_TURN = "sessions"


@dataclass(frozen=True)
class Session:
    """Whom a session speaks for, and until when."""

    user_id: str
    expires_at: datetime
    password_epoch: int


@dataclass(frozen=True)
class SignedIn:
    """A user with a session that is not over."""

    user: User
    expires_at: datetime


class SessionStore(Protocol):
    """Where sessions are kept, by the digest of their key."""

    def put(self, digest: str, session: Session) -> None:
        """Keep it until it expires; one of nobody is good for nothing, whether kept or not."""

    def get(self, digest: str) -> Session | None:
        """The session, also when it has expired but is still there."""

    def remove(self, digest: str) -> None:
        """Forget it; unknown is fine."""

    def remove_all_of(self, user_id: str) -> None:
        """Forget every session of this user."""


class Sessions:
    """Opens, finds and ends sessions; the key it hands out is the secret half."""

    def __init__(self, storage: Storage, store: SessionStore, secret: str) -> None:
        self._storage = storage
        self._store = store
        self._secret = secret.encode()

    def open(self, account: Account) -> str:
        """Start a session; returns its key, 256 random bits, for the cookie."""
        key = secrets.token_urlsafe(32)
        expires_at = datetime.now(UTC) + LIFE
        session = Session(account.user.id, expires_at, account.password_epoch)
        self._store.put(self._digest(key), session)
        return key

    def find(self, key: str) -> SignedIn | None:
        """Whose session this is, while it lasts and the password is still the same."""
        session = self._store.get(self._digest(key))
        if session is None or session.expires_at <= datetime.now(UTC):
            return None
        user = look_up(self._storage, session.user_id, session.password_epoch)
        return SignedIn(user, session.expires_at) if user else None

    def end(self, key: str) -> None:
        """End the session of this key."""
        self._store.remove(self._digest(key))

    def _digest(self, key: str) -> str:
        data = key.encode(errors="surrogatepass")
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()


class DatabaseSessionStore:
    """Sessions in the database; expired ones are good for nothing, and swept out by a job."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def put(self, digest: str, session: Session) -> None:
        # Of a user who was removed a moment ago, the database keeps none.
        with suppress(IntegrityError), self._storage.writing(alone=_TURN) as connection:
            connection.execute(
                SESSIONS.insert().values(
                    digest=digest,
                    user_id=session.user_id,
                    expires_at=session.expires_at,
                    password_epoch=session.password_epoch,
                )
            )

    def get(self, digest: str) -> Session | None:
        with self._storage.reading() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.digest == digest)).first()
        return Session(row.user_id, row.expires_at, row.password_epoch) if row else None

    def remove(self, digest: str) -> None:
        with self._storage.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))

    def remove_all_of(self, user_id: str) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id))


def sweep_expired(connection: Connection) -> bool:
    """Remove some of those that are over; returns whether there may be more."""
    return sweep(connection, SESSIONS, SESSIONS.c.expires_at <= datetime.now(UTC))
