"""Who asks: a user, and what the credentials that they came with let them do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.users import ADMIN, MEMBER, User, find_by_id
from mosaic_gateway.errors import (
    MissingScopeError,
    NotAdministratorError,
    UnauthenticatedError,
)


class Scope(StrEnum):
    """What a token may be used for."""

    ADMIN = "admin"
    CHAT = "chat"


EVERY_SCOPE = frozenset(Scope)

_OF_ROLE: Mapping[str, frozenset[Scope]] = {
    ADMIN: EVERY_SCOPE,
    MEMBER: frozenset({Scope.CHAT}),
}


@dataclass(frozen=True)
class Caller:
    """Who asks, from which network address, and what for.

    `scopes` are those of the credentials that the role allows as well. `token_id` names the token
    that they came with; None for a session, which may do all that its user may.
    """

    user: User
    client: str
    scopes: frozenset[Scope]
    token_id: str | None = None

    @property
    def actor(self) -> audit.Actor:
        """What the audit trail calls them."""
        return audit.user_actor(self.user.id, self.client)

    def require(self, scope: Scope) -> None:
        """Return when they may do this.

        Raises NotAdministratorError where the role forbids it, MissingScopeError where only the
        token does.
        """
        if scope not in scopes_of(self.user.role):
            raise NotAdministratorError
        if scope not in self.scopes:
            raise MissingScopeError(scope)

    def require_in_person(self) -> None:
        """Return for a session, or a token with every right; raises MissingScopeError.

        A token for chats is given away to programs: it must not make tokens that outlive it.
        """
        if self.token_id is not None and Scope.ADMIN not in self.scopes:
            raise MissingScopeError(Scope.ADMIN)


def scopes_of(role: str) -> frozenset[Scope]:
    """What somebody of this role may do at most; nothing where the role is unknown."""
    return _OF_ROLE.get(role, frozenset())


def as_text(scopes: frozenset[Scope]) -> str:
    """The scopes as they are stored: in order, between spaces (as RFC 6749, section 3.3)."""
    return " ".join(sorted(scopes))


def from_text(text: str) -> frozenset[Scope]:
    """The scopes that were stored; one that this version does not know allows nothing."""
    return frozenset(scope for scope in Scope if scope in text.split())


def require_still(connection: Connection, caller: Caller, *scopes: Scope) -> None:
    """Return when they may still do this, which another may have changed since they asked.

    Stays true until the end of a transaction that has the turn of accounts. Raises
    UnauthenticatedError when they were removed, NotAdministratorError when they were demoted.
    """
    user = find_by_id(connection, caller.user.id)
    if user is None:
        raise UnauthenticatedError
    if not set(scopes) <= scopes_of(user.role):
        raise NotAdministratorError
