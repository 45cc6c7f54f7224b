"""The door for strangers with an invitation. What does not open it gives nothing away.

A code that never was, one that is over and one that was taken up get the same answer, after the
same work: the password is hashed before anybody looks at the code.
"""

import math
from contextlib import suppress
from dataclasses import dataclass, field

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.buckets import (
    FREE_ATTEMPTS,
    FREE_OF_NETWORK,
    HIDDEN,
    Bucket,
    Buckets,
    Hidden,
    of_network,
)
from mosaic_gateway.accounts.callers import Scope
from mosaic_gateway.accounts.invitations import take_up
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.throttle import Throttle
from mosaic_gateway.accounts.tokens import MintedToken, NewToken, mint_token
from mosaic_gateway.accounts.users import TURN, NewUser, User, create_user, find_user, name_of
from mosaic_gateway.errors import (
    BusyError,
    InvitationRefusedError,
    ServiceError,
    TooManyAttemptsError,
)
from mosaic_gateway.storage.pool import Storage

LABEL = "Invitation"
# No e-mail address, so that these attempts are counted apart from those to sign in.
_SUBJECT = "invitations"


@dataclass(frozen=True)
class Guest:
    """Somebody with a code, from where, and what they want to be called and let in by.

    Without a name they are called as the address they were invited by begins.
    """

    client: str
    name: str | None
    code: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Acceptance:
    """From an invitation to an account."""

    storage: Storage
    passwords: Passwords
    throttle: Throttle
    hidden: Hidden = ()

    def accept(self, guest: Guest) -> tuple[User, MintedToken]:
        """Make the account that was promised, and a token for chats; the invitation is spent.

        Raises BusyError at once when too many wait, InvitationRefusedError, or
        TooManyAttemptsError even when the code is good.
        """
        buckets = _buckets(guest.client, self.hidden)
        with self.passwords.place():
            self._enter(buckets)
            password_hash = self._hash(guest, buckets)
        accepted = self._accept(guest, password_hash)
        if accepted is None:
            self._record_refusal(guest)
            raise InvitationRefusedError
        self.throttle.clear(buckets.own)
        self.throttle.take_back(buckets.shared)
        return accepted

    def _enter(self, buckets: Buckets) -> None:
        wait = self.throttle.enter(buckets.all)
        if wait:
            raise TooManyAttemptsError(math.ceil(wait.total_seconds()))

    def _hash(self, guest: Guest, buckets: Buckets) -> str:
        try:
            return self.passwords.hash(guest.password)
        except BusyError:
            # Nobody looked at the code, so nothing was guessed.
            with suppress(ServiceError):
                self.throttle.take_back(buckets.all)
            raise

    def _accept(self, guest: Guest, password_hash: str) -> tuple[User, MintedToken] | None:
        with self.storage.writing(alone=TURN) as connection:
            invitation = take_up(connection, guest.code)
            # The host may have made an account of this address in the meantime.
            if invitation is None or find_user(connection, invitation.email):
                return None
            name = guest.name or name_of(invitation.email)
            new = NewUser(name, invitation.email, password_hash)
            user = create_user(connection, new, role=invitation.role)
            token = mint_token(connection, user, NewToken(LABEL, frozenset({Scope.CHAT})))
            actor = audit.user_actor(user.id, guest.client)
            audit.record(connection, actor, "invitation-accepted", invitation.id)
            audit.record(connection, actor, "user-created", user.id)
            return user, token

    def _record_refusal(self, guest: Guest) -> None:
        with self.storage.writing() as connection:
            subject = audit.unproven(guest.code)
            audit.record(connection, audit.anonymous(guest.client), "invitation-refused", subject)


def _buckets(client: str, hidden: Hidden) -> Buckets:
    whole = of_network(client, hidden)
    free = FREE_OF_NETWORK if whole.client == HIDDEN else FREE_ATTEMPTS
    return Buckets(Bucket(_SUBJECT, whole.client, free), (whole,))
