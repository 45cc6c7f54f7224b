"""Everybody with an account, in the hands of an administrator.

All that decides by who there is takes the turn of accounts, so that of two administrators who
demote each other at the same moment one remains.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, select, update

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import (
    Caller,
    Scope,
    as_text,
    from_text,
    require_still,
    scopes_of,
)
from mosaic_gateway.accounts.users import ADMIN, TURN, User, find_by_id, list_users
from mosaic_gateway.errors import LastAdministratorError, NoSuchUserError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import INVITATIONS, SESSIONS, TOKENS, USERS


class Roster:
    """Lists, promotes, demotes and removes; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin

    def all(self) -> list[User]:
        """Everybody, oldest first."""
        with self._storage.reading() as connection:
            return list_users(connection)

    def set_role(self, user_id: str, role: str) -> User:
        """Make them an administrator or a member; who is one already stays so.

        Who is demoted loses for good what only administrators have: their invitations, and the
        scope `admin` of their tokens. Raises NoSuchUserError or LastAdministratorError.
        """
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._admin, Scope.ADMIN)
            user = _found(connection, user_id)
            if user.role == role:
                return user
            if user.is_admin:
                _require_another(connection, user)
                _take_back(connection, user, role)
            connection.execute(update(USERS).where(USERS.c.id == user.id).values(role=role))
            action = "user-promoted" if role == ADMIN else "user-demoted"
            audit.record(connection, self._admin.actor, action, user.id)
            return _found(connection, user_id)

    def remove(self, user_id: str) -> None:
        """Remove an account with its sessions, tokens and invitations.

        Raises NoSuchUserError or LastAdministratorError.
        """
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._admin, Scope.ADMIN)
            user = _found(connection, user_id)
            if user.is_admin:
                _require_another(connection, user)
            # Before the account itself: who opens a session locks some of these, then the account.
            for table in (SESSIONS, TOKENS, INVITATIONS):
                connection.execute(delete(table).where(table.c.user_id == user.id))
            connection.execute(delete(USERS).where(USERS.c.id == user.id))
            audit.record(connection, self._admin.actor, "user-removed", user.id)


def _found(connection: Connection, user_id: str) -> User:
    user = find_by_id(connection, user_id)
    if user is None:
        raise NoSuchUserError
    return user


def _require_another(connection: Connection, user: User) -> None:
    others = exists().where(USERS.c.role == ADMIN, USERS.c.id != user.id)
    if not connection.execute(select(others)).scalar():
        raise LastAdministratorError


def _take_back(connection: Connection, user: User, role: str) -> None:
    """Take from a user what the role does not allow, so that a later promotion revives nothing."""
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.user_id == user.id))
    of_user = select(TOKENS.c.id, TOKENS.c.scopes).where(TOKENS.c.user_id == user.id)
    for row in connection.execute(of_user).all():
        left = from_text(row.scopes) & scopes_of(role)
        this = update(TOKENS).where(TOKENS.c.id == row.id)
        connection.execute(this.values(scopes=as_text(left)))
        if not left:
            is_valid = TOKENS.c.revoked_at.is_(None)
            connection.execute(this.where(is_valid).values(revoked_at=datetime.now(UTC)))
