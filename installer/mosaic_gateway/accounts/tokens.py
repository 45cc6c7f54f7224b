"""Bearer tokens. The plaintext exists once, in the answer that minted it.

256 random bits need no slow hash: SHA-256 cannot be searched, and lets us look them up.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, select, update

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import Caller, Scope, as_text, from_text, require_still
from mosaic_gateway.accounts.users import TURN, User, is_askable, parse_name
from mosaic_gateway.errors import NoSuchTokenError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import TOKENS, USERS

PREFIX = "mosaic_"
LONGEST_LIFE_DAYS = 3650

parse_label = parse_name


@dataclass(frozen=True)
class NewToken:
    """A token to be: what its owner calls it, what it is for, and how many days it lives.

    Without `days` it lives until it is revoked.
    """

    label: str
    scopes: frozenset[Scope]
    days: int | None = None


@dataclass(frozen=True)
class Token:
    """A token as it may be shown; `owner` is the e-mail address of whom it speaks for."""

    id: str
    owner: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class MintedToken:
    """A token at the one moment its plaintext is known."""

    id: str
    label: str
    scopes: frozenset[Scope]
    expires_at: datetime | None
    plaintext: str = field(repr=False)


class Tokens:
    """The tokens of one user, in their own hands: bound here, never passed per call."""

    def __init__(self, storage: Storage, caller: Caller) -> None:
        self._storage = storage
        self._caller = caller

    def mint(self, new: NewToken) -> MintedToken:
        """Make a token of this user's, which may do no more than they may themselves.

        Raises NotAdministratorError or MissingScopeError for a scope that they do not have.
        """
        for scope in sorted(new.scopes):
            self._caller.require(scope)
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._caller, *new.scopes)
            token = mint_token(connection, self._caller.user, new)
            audit.record(connection, self._caller.actor, "token-minted", token.id)
            return token

    def revoke(self, token_id: str) -> None:
        """Make a token of theirs useless from now on; raises NoSuchTokenError for all others."""
        _revoke(self._storage, self._caller, token_id, of=self._caller.user)

    def all(self) -> list[Token]:
        """Every token of theirs, oldest first."""
        return _listed(self._storage, _tokens().where(TOKENS.c.user_id == self._caller.user.id))


class EverybodysTokens:
    """Every token there is, in the hands of an administrator; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin

    def revoke(self, token_id: str) -> None:
        """Make anybody's token useless from now on; raises NoSuchTokenError."""
        _revoke(self._storage, self._admin, token_id)

    def all(self) -> list[Token]:
        """Every token, oldest first."""
        return _listed(self._storage, _tokens())


def mint_token(connection: Connection, owner: User, new: NewToken) -> MintedToken:
    """Store a new token."""
    now = datetime.now(UTC)
    expires_at = None if new.days is None else now + timedelta(days=new.days)
    plaintext = PREFIX + secrets.token_urlsafe(32)
    minted = MintedToken(str(uuid4()), new.label, new.scopes, expires_at, plaintext)
    connection.execute(
        TOKENS.insert().values(
            id=minted.id,
            user_id=owner.id,
            label=minted.label,
            digest=digest_of(minted.plaintext),
            scopes=as_text(minted.scopes),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return minted


def revoke_token(connection: Connection, token_id: str, *, of: User | None = None) -> Token:
    """Make it useless from now on; twice keeps the first moment.

    Raises NoSuchTokenError, also where it is not `of` this user.
    """
    if not is_askable(token_id):
        raise NoSuchTokenError
    row = connection.execute(_tokens().where(TOKENS.c.id == token_id)).first()
    if row is None or (of is not None and row.user_id != of.id):
        raise NoSuchTokenError
    now = datetime.now(UTC)
    is_it = (TOKENS.c.id == token_id, TOKENS.c.revoked_at.is_(None))
    connection.execute(update(TOKENS).where(*is_it).values(revoked_at=now))
    return _token(connection.execute(_tokens().where(TOKENS.c.id == token_id)).one())


def digest_of(plaintext: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(plaintext.encode(errors="surrogatepass")).hexdigest()


def is_digest(plaintext: str, digest: str) -> bool:
    """Whether this is the token of that digest; takes as long wherever they differ."""
    return hmac.compare_digest(digest_of(plaintext), digest)


def _revoke(storage: Storage, caller: Caller, token_id: str, *, of: User | None = None) -> None:
    with storage.writing() as connection:
        token = revoke_token(connection, token_id, of=of)
        audit.record(connection, caller.actor, "token-revoked", token.id)


def _listed(storage: Storage, query: "Select[*tuple[object, ...]]") -> list[Token]:
    with storage.reading() as connection:
        rows = connection.execute(query.order_by(TOKENS.c.created_at, TOKENS.c.id))
        return [_token(row) for row in rows]


def _tokens() -> "Select[*tuple[object, ...]]":
    return select(TOKENS, USERS.c.email).join(USERS, TOKENS.c.user_id == USERS.c.id)


def _token(row: Row[*tuple[object, ...]]) -> Token:
    return Token(
        id=row.id,
        owner=row.email,
        label=row.label,
        scopes=from_text(row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
