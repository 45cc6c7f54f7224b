"""The first account. However many ask at once, one gets it: the database's constraint decides."""

from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.tokens import MintedToken, mint_token
from mosaic_gateway.accounts.users import TURN, NewUser, User, create_admin, has_users
from mosaic_gateway.errors import AlreadySetUpError
from mosaic_gateway.storage.pool import Storage

LABEL = "Initial setup"


@dataclass(frozen=True)
class Founder:
    """Who sets the gateway up, and from where."""

    name: str
    email: str
    client: str
    password: str = field(repr=False)


def needs_setup(storage: Storage) -> bool:
    """Whether there is no user yet, or any more."""
    with storage.reading() as connection:
        return not has_users(connection)


def set_up(storage: Storage, passwords: Passwords, founder: Founder) -> tuple[User, MintedToken]:
    """Create the administrator and a token; raises AlreadySetUpError when there is any user."""

    def refuse_if_done() -> None:
        if not needs_setup(storage):
            raise AlreadySetUpError

    refuse_if_done()
    password_hash = passwords.hash(founder.password, before=refuse_if_done)
    try:
        return _found(storage, founder, password_hash)
    except IntegrityError:
        raise AlreadySetUpError from None


def _found(storage: Storage, founder: Founder, password_hash: str) -> tuple[User, MintedToken]:
    with storage.writing(alone=TURN) as connection:
        if has_users(connection):
            raise AlreadySetUpError
        new = NewUser(founder.name, founder.email, password_hash)
        user = create_admin(connection, new, is_founder=True)
        token = mint_token(connection, user, LABEL)
        actor = audit.user_actor(user.id, founder.client)
        audit.record(connection, actor, "setup", user.id)
        return user, token
