"""Invitations: an administrator promises somebody an account, and hands them a code once.

256 random bits need no slow hash, as with tokens. Whoever has the code takes the promise up
(`acceptance`), and with that it is gone.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, delete, select

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import Caller, Scope, require_still
from mosaic_gateway.accounts.tokens import digest_of, is_digest
from mosaic_gateway.accounts.users import TURN, email_key, find_user, is_askable
from mosaic_gateway.errors import NoSuchInvitationError, UserExistsError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.sweeping import sweep
from mosaic_gateway.storage.tables import INVITATIONS, USERS

PREFIX = "mosaic_invitation_"
USUAL_LIFE_DAYS, LONGEST_LIFE_DAYS = 7, 30


@dataclass(frozen=True)
class NewInvitation:
    """Whom to invite, as what, and how many days the invitation is good for."""

    email: str
    role: str
    days: int = USUAL_LIFE_DAYS


@dataclass(frozen=True)
class Invitation:
    """A promise that nobody has taken up; `invited_by` is an e-mail address, as `email` is."""

    id: str
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    """An invitation at the one moment its code is known."""

    invitation: Invitation
    code: str = field(repr=False)


class Invitations:
    """All that are open, in the hands of an administrator; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin

    def invite(self, new: NewInvitation) -> Invited:
        """Promise an account; a former invitation of the same address is good for nothing more.

        Raises UserExistsError.
        """
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._admin, Scope.ADMIN)
            if find_user(connection, new.email):
                raise UserExistsError
            is_of_address = INVITATIONS.c.email_key == email_key(new.email)
            connection.execute(delete(INVITATIONS).where(is_of_address))
            invited = _insert(connection, self._admin, new)
            audit.record(connection, self._admin.actor, "user-invited", invited.invitation.id)
            return invited

    def withdraw(self, invitation_id: str) -> None:
        """Make an invitation useless from now on; raises NoSuchInvitationError."""
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._admin, Scope.ADMIN)
            if not is_askable(invitation_id):
                raise NoSuchInvitationError
            query = _open().where(INVITATIONS.c.id == invitation_id)
            if connection.execute(query).first() is None:
                raise NoSuchInvitationError
            connection.execute(delete(INVITATIONS).where(INVITATIONS.c.id == invitation_id))
            audit.record(connection, self._admin.actor, "invitation-withdrawn", invitation_id)

    def all(self) -> list[Invitation]:
        """Every one that can still be taken up, oldest first."""
        order = (INVITATIONS.c.created_at, INVITATIONS.c.id)
        with self._storage.reading() as connection:
            return [_invitation(row) for row in connection.execute(_open().order_by(*order))]


def take_up(connection: Connection, code: str) -> Invitation | None:
    """Spend the invitation of this code; None when there is none, or none any more.

    For a transaction that has the turn of accounts: of two who come at once, one finds it.
    """
    row = connection.execute(_open().where(INVITATIONS.c.digest == digest_of(code))).first()
    if row is None or not is_digest(code, row.digest):
        return None
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.id == row.id))
    return _invitation(row)


def sweep_expired(connection: Connection) -> bool:
    """Remove some that nobody took up in time; returns whether there may be more."""
    return sweep(connection, INVITATIONS, INVITATIONS.c.expires_at <= datetime.now(UTC))


def _insert(connection: Connection, admin: Caller, new: NewInvitation) -> Invited:
    now = datetime.now(UTC)
    code = PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        INVITATIONS.insert().values(
            id=(invitation_id := str(uuid4())),
            user_id=admin.user.id,
            digest=digest_of(code),
            email=new.email,
            email_key=email_key(new.email),
            role=new.role,
            created_at=now,
            expires_at=now + timedelta(days=new.days),
        )
    )
    made = _open().where(INVITATIONS.c.id == invitation_id)
    return Invited(_invitation(connection.execute(made).one()), code)


def _open() -> "Select[*tuple[object, ...]]":
    with_inviter = INVITATIONS.join(USERS, INVITATIONS.c.user_id == USERS.c.id)
    columns = select(INVITATIONS, USERS.c.email.label("invited_by")).select_from(with_inviter)
    return columns.where(INVITATIONS.c.expires_at > datetime.now(UTC))


def _invitation(row: Row[*tuple[object, ...]]) -> Invitation:
    return Invitation(
        id=row.id,
        email=row.email,
        role=row.role,
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
