"""Users: who there is, and what may be said about them.

A function that takes a connection works in its transaction. E-mail addresses are compared without
case, and alike where they look alike.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, bindparam, exists, select, update

from mosaic_gateway.accounts.passwords import is_encodable
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import USERS

ADMIN, MEMBER = "admin", "member"
LONGEST_NAME = 200
LONGEST_EMAIL = 254
# Whoever decides by who there is takes this turn.
TURN = "accounts"


@dataclass(frozen=True)
class User:
    """An account, without its password."""

    id: str
    name: str
    email: str
    role: str
    created_at: datetime

    @property
    def is_admin(self) -> bool:
        return self.role == ADMIN


@dataclass(frozen=True)
class Account:
    """A user with what their password is checked against.

    `password_epoch` tells this password from those before it: a session that was opened with one
    of them is over, also where it was opened while the password was being changed.
    """

    user: User
    password_hash: str = field(repr=False)
    password_epoch: int


@dataclass(frozen=True)
class NewUser:
    """Somebody to be; `password_hash` is what Passwords made of the password."""

    name: str
    email: str
    password_hash: str


def parse_name(text: str) -> str:
    """Trim it; raises ValueError when nothing printable is left, or too much."""
    name = text.strip()
    if 0 < len(name) <= LONGEST_NAME and name.isprintable() and is_encodable(name):
        return name
    raise ValueError(f"expected 1 to {LONGEST_NAME} printable characters")


def parse_email(text: str) -> str:
    """Trim it; raises ValueError unless it looks like an e-mail address."""
    email = text.strip()
    local, _, domain = email.partition("@")
    is_one_word = email.isprintable() and " " not in email and is_encodable(email)
    # Lower case may be longer than what was typed.
    is_short = max(len(email), len(email_key(email))) <= LONGEST_EMAIL
    if local and domain and "@" not in domain and is_one_word and is_short:
        return email
    raise ValueError("expected an e-mail address such as `ada@example.org`")


def email_key(email: str) -> str:
    """The address as it is compared: without case, and however its letters are encoded.

    Not case-folded: `ß` and `ss` are two addresses. https://www.unicode.org/reports/tr15/
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).lower())


def name_of(email: str) -> str:
    """What somebody is called who has not said so: as their address begins."""
    return email.partition("@")[0][:LONGEST_NAME]


def is_askable(key: str) -> bool:
    """Whether every database can be asked about this key; ours all are like that."""
    return key.isascii() and key.isprintable()


def has_users(connection: Connection) -> bool:
    """Whether anybody has an account."""
    return bool(connection.execute(select(exists(select(USERS.c.id)))).scalar())


def list_users(connection: Connection) -> list[User]:
    """Everybody, oldest first."""
    return [_user(row) for row in connection.execute(_all_users())]


def first_admin(connection: Connection) -> User | None:
    """The oldest account of an administrator."""
    row = connection.execute(_all_users().where(USERS.c.role == ADMIN).limit(1)).first()
    return row and _user(row)


def find_user(connection: Connection, email: str) -> User | None:
    """The account with this e-mail address."""
    row = connection.execute(_all_users().where(USERS.c.email_key == email_key(email))).first()
    return row and _user(row)


def find_by_id(connection: Connection, user_id: str) -> User | None:
    """The account with this id."""
    if not is_askable(user_id):
        return None
    row = connection.execute(_by_id(), {"user": user_id}).first()
    return row and _user(row)


def look_up(storage: Storage, user_id: str, password_epoch: int | None = None) -> User | None:
    """The account with this id, in a transaction of its own; None when it was deleted.

    Nor is there one for a `password_epoch` that is over, because the password was changed.
    """
    query = _all_users().where(USERS.c.id == user_id)
    if password_epoch is not None:
        query = query.where(USERS.c.password_epoch == password_epoch)
    with storage.reading() as connection:
        row = connection.execute(query).first()
    return row and _user(row)


def find_account(connection: Connection, email: str) -> Account | None:
    """The account with this e-mail address, and its password."""
    query = _all_users().add_columns(USERS.c.password_hash, USERS.c.password_epoch)
    row = connection.execute(query.where(USERS.c.email_key == email_key(email))).first()
    return Account(_user(row), row.password_hash, row.password_epoch) if row else None


def create_user(
    connection: Connection, new: NewUser, *, role: str, is_founder: bool = False
) -> User:
    """Store an account.

    Raises IntegrityError when the e-mail address, or the one place of a founder, is taken.
    """
    user = User(str(uuid4()), new.name, new.email, role, datetime.now(UTC))
    connection.execute(
        USERS.insert().values(
            id=user.id,
            name=user.name,
            email=user.email,
            email_key=email_key(user.email),
            role=user.role,
            password_hash=new.password_hash,
            founder=1 if is_founder else None,
            created_at=user.created_at,
        )
    )
    return user


def restore_admin(connection: Connection, user: User, password_hash: str) -> None:
    """Give an existing account a new password, which ends its sessions, and the right role."""
    changes = {"password_hash": password_hash, "role": ADMIN}
    next_epoch = USERS.c.password_epoch + 1
    connection.execute(
        update(USERS).where(USERS.c.id == user.id).values(**changes, password_epoch=next_epoch)
    )


@cache
def _by_id() -> Select[str, str, str, str, datetime]:
    """Made once: to put a statement together takes longer than to run it."""
    return _all_users().where(USERS.c.id == bindparam("user"))


def _all_users() -> Select[str, str, str, str, datetime]:
    columns = (USERS.c.id, USERS.c.name, USERS.c.email, USERS.c.role, USERS.c.created_at)
    return select(*columns).order_by(USERS.c.created_at, USERS.c.id)


def _user(row: Row[str, str, str, str, datetime]) -> User:
    return User(row.id, row.name, row.email, row.role, row.created_at)
