"""Bearer tokens of administrators. The plaintext exists once, in the answer that minted it.

256 random bits need no slow hash: SHA-256 cannot be searched, and lets us look them up.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Row, select, update

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.users import User, parse_name
from mosaic_gateway.errors import NoSuchTokenError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import TOKENS

PREFIX = "mosaic_"
LONGEST_LIFE_DAYS = 3650
USE_NOTED_EVERY = timedelta(minutes=1)

parse_label = parse_name


@dataclass(frozen=True)
class Token:
    """A token as it may be shown to its owner."""

    id: str
    label: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class MintedToken:
    """A token at the one moment its plaintext is known."""

    id: str
    label: str
    expires_at: datetime | None
    plaintext: str = field(repr=False)


class Tokens:
    """Every token, in the hands of one administrator: bound here, never passed per call."""

    def __init__(self, storage: Storage, admin: User, client: str) -> None:
        self._storage = storage
        self._admin = admin
        self._actor = audit.user_actor(admin.id, client)

    def mint(self, label: str, days: int | None) -> MintedToken:
        """Make a token of this administrator's; it lives for `days`, or until it is revoked."""
        with self._storage.writing() as connection:
            token = mint_token(connection, self._admin, label, days)
            audit.record(connection, self._actor, "token-minted", token.id)
            return token

    def revoke(self, token_id: str) -> None:
        """Make anybody's token useless from now on; raises NoSuchTokenError."""
        with self._storage.writing() as connection:
            token = revoke_token(connection, token_id)
            audit.record(connection, self._actor, "token-revoked", token.id)

    def all(self) -> list[Token]:
        """Every token, oldest first."""
        with self._storage.reading() as connection:
            rows = connection.execute(select(TOKENS).order_by(TOKENS.c.created_at, TOKENS.c.id))
            return [_token(row) for row in rows]

    def id_of(self, plaintext: str) -> str | None:
        """The id of the token with this plaintext, valid or not."""
        with self._storage.reading() as connection:
            query = select(TOKENS.c.id).where(TOKENS.c.digest == _digest(plaintext))
            return connection.execute(query).scalar()


def mint_token(
    connection: Connection, owner: User, label: str, days: int | None = None
) -> MintedToken:
    """Store a new token that lives for `days`, or until it is revoked."""
    now = datetime.now(UTC)
    expires_at = None if days is None else now + timedelta(days=days)
    minted = MintedToken(str(uuid4()), label, expires_at, PREFIX + secrets.token_urlsafe(32))
    connection.execute(
        TOKENS.insert().values(
            id=minted.id,
            user_id=owner.id,
            label=label,
            digest=_digest(minted.plaintext),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return minted


def owner_of(storage: Storage, plaintext: str) -> str | None:
    """The id of the user this token speaks for, noting its use; None when it is not valid."""
    digest, now = _digest(plaintext), datetime.now(UTC)
    with storage.reading() as connection:
        row = connection.execute(select(TOKENS).where(TOKENS.c.digest == digest)).first()
    if row is None or not hmac.compare_digest(row.digest, digest) or not _is_valid(row, now):
        return None
    if row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY:
        with storage.writing() as connection:
            connection.execute(update(TOKENS).where(TOKENS.c.id == row.id).values(last_used_at=now))
    return str(row.user_id)


def revoke_token(connection: Connection, token_id: str) -> Token:
    """Make it useless from now on; twice keeps the first moment. Raises NoSuchTokenError."""
    if not (token_id.isascii() and token_id.isprintable()):
        raise NoSuchTokenError  # nor is this a text that every database can be asked about
    connection.execute(
        update(TOKENS)
        .where(TOKENS.c.id == token_id, TOKENS.c.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
    )
    row = connection.execute(select(TOKENS).where(TOKENS.c.id == token_id)).first()
    if row is None:
        raise NoSuchTokenError
    return _token(row)


def _digest(plaintext: str) -> str:
    return hashlib.sha256(plaintext.encode(errors="surrogatepass")).hexdigest()


def _is_valid(row: Row[*tuple[object, ...]], now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def _token(row: Row[*tuple[object, ...]]) -> Token:
    return Token(
        id=row.id,
        label=row.label,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
