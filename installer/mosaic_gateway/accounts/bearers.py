"""From a token's plaintext to whom it speaks for, and how far."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, bindparam, select, update

from mosaic_gateway.accounts.callers import Caller, from_text, scopes_of
from mosaic_gateway.accounts.tokens import digest_of, is_digest
from mosaic_gateway.accounts.users import find_by_id
from mosaic_gateway.errors import StorageError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import TOKENS

USE_NOTED_EVERY = timedelta(minutes=1)
_BY_DIGEST = select(TOKENS).where(TOKENS.c.digest == bindparam("digest"))


def caller_of_token(storage: Storage, plaintext: str, client: str) -> Caller | None:
    """Whom a token speaks for, noting its use; None when it is not valid."""
    now = datetime.now(UTC)
    with storage.reading() as connection:
        row = connection.execute(_BY_DIGEST, {"digest": digest_of(plaintext)}).first()
        if row is None or not is_digest(plaintext, row.digest) or not _is_valid(row, now):
            return None
        user = find_by_id(connection, row.user_id)
    if user is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY:
        _note_use(storage, row.id, now)
    return Caller(user, client, from_text(row.scopes) & scopes_of(user.role), row.id)


def _note_use(storage: Storage, token_id: str, now: datetime) -> None:
    used = update(TOKENS).where(TOKENS.c.id == token_id).values(last_used_at=now)
    # Where only writing fails, on a full disk say, who reads is not to be kept out.
    with suppress(StorageError), storage.writing() as connection:
        connection.execute(used)


def _is_valid(row: Row[*tuple[object, ...]], now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
