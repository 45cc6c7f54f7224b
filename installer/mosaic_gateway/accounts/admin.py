"""What whoever controls the host may do, on the database directly: the admin command.

Works while the gateway runs. Every use leaves an audit row, in the transaction of what it did.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import EVERY_SCOPE
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.sessions import SessionStore
from mosaic_gateway.accounts.throttle import Throttle
from mosaic_gateway.accounts.tokens import (
    MintedToken,
    NewToken,
    Token,
    mint_token,
    revoke_token,
)
from mosaic_gateway.accounts.users import (
    ADMIN,
    TURN,
    NewUser,
    User,
    create_user,
    email_key,
    find_user,
    first_admin,
    list_users,
    name_of,
    restore_admin,
)
from mosaic_gateway.errors import GatewayError, RefusedError, ServiceError
from mosaic_gateway.storage.pool import Storage

CREATE_HINT = "create one with `mosaic-gateway admin reset-password --email E --create`"


@dataclass(frozen=True)
class Reset:
    """A new password for an administrator, and what may be done to make them one."""

    email: str
    password: str = field(repr=False)
    name: str | None = None
    may_create: bool = False
    may_promote: bool = False


def mint(storage: Storage, label: str, days: int | None, email: str | None) -> MintedToken:
    """Mint a token for the named, or the first, administrator; raises GatewayError for none."""
    with (
        _recording(storage, "token-minted", email or ""),
        storage.writing(alone=TURN) as connection,
    ):
        owner = _administrator(connection, email)
        token = mint_token(connection, owner, NewToken(label, EVERY_SCOPE, days))
        _record(connection, "token-minted", token.id)
        return token


def users(storage: Storage) -> list[User]:
    """Everybody with an account."""
    with storage.writing() as connection:
        _record(connection, "users-listed", "")
        return list_users(connection)


def revoke(storage: Storage, token_id: str) -> Token:
    """Revoke a token; raises NoSuchTokenError."""
    with _recording(storage, "token-revoked", token_id), storage.writing() as connection:
        token = revoke_token(connection, token_id)
        _record(connection, "token-revoked", token.id)
        return token


def reset_password(
    storage: Storage, sessions: SessionStore, throttle: Throttle, reset: Reset
) -> User:
    """Let them in with the new password: end their sessions and their back-off.

    Raises GatewayError when they would have to be created or promoted and that is not allowed.
    """
    password_hash = Passwords().hash(reset.password)
    with (
        _recording(storage, "password-reset", reset.email),
        storage.writing(alone=TURN) as connection,
    ):
        user = _restored(connection, reset, password_hash)
    sessions.remove_all_of(user.id)
    throttle.clear_all_of(email_key(user.email))
    return user


def _restored(connection: Connection, reset: Reset, password_hash: str) -> User:
    user = find_user(connection, reset.email)
    if user is None:
        return _created(connection, reset, password_hash)
    if not user.is_admin and not reset.may_promote:
        message = f"`{user.email}` is not an administrator"
        raise GatewayError(message, "add `--promote` to make them one")
    restore_admin(connection, user, password_hash)
    if not user.is_admin:
        _record(connection, "user-promoted", user.id)
    _record(connection, "password-reset", user.id)
    return find_user(connection, reset.email) or user


def _created(connection: Connection, reset: Reset, password_hash: str) -> User:
    if not reset.may_create:
        message = f"nobody has the e-mail address `{reset.email}`"
        raise GatewayError(message, "add `--create` to make them an administrator")
    name = reset.name or name_of(reset.email)
    new = NewUser(name, reset.email, password_hash)
    user = create_user(connection, new, role=ADMIN)
    _record(connection, "user-created", user.id)
    return user


def _administrator(connection: Connection, email: str | None) -> User:
    user = first_admin(connection) if email is None else find_user(connection, email)
    if user is None:
        who = "there is no administrator" if email is None else f"nobody has `{email}`"
        raise GatewayError(who, CREATE_HINT)
    if not user.is_admin:
        hint = "see `mosaic-gateway admin list`, or promote them with `reset-password --promote`"
        raise GatewayError(f"`{user.email}` is not an administrator", hint)
    return user


@contextmanager
def _recording(storage: Storage, action: str, subject: str) -> Iterator[None]:
    """Leave a row of what is refused as well, in a transaction of its own."""
    try:
        yield
    except (GatewayError, RefusedError) as error:
        if not isinstance(error, ServiceError):
            with storage.writing() as connection:
                _record(connection, f"{action}-refused", audit.unproven(subject))
        raise


def _record(connection: Connection, action: str, subject: str) -> None:
    audit.record(connection, audit.host_actor(_unix_user()), action, subject)


def _unix_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, the user id need not have a name
        return str(os.getuid())
