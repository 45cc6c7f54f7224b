"""Signing in with e-mail address and password. Wrong, unknown and throttled give nothing away."""

import math
from contextlib import suppress
from dataclasses import dataclass, field

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.throttle import Throttle
from mosaic_gateway.accounts.users import Account, User, email_key, find_account
from mosaic_gateway.errors import (
    ServiceError,
    StorageError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from mosaic_gateway.storage.pool import Storage


@dataclass(frozen=True)
class Credentials:
    """What somebody claims to be, and from where."""

    email: str
    client: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class SignIn:
    """The door: from credentials to a session."""

    storage: Storage
    passwords: Passwords
    sessions: Sessions
    throttle: Throttle

    def open_session(self, claim: Credentials) -> tuple[User, str]:
        """Return the user and the key of a new session.

        Raises WrongCredentialsError, or TooManyAttemptsError even when the password is right.
        """
        self._enter(claim)
        account = self._verified(claim)
        user = account.user
        self.throttle.clear(email_key(claim.email), claim.client)
        key = self.sessions.open(account)
        self._record(audit.user_actor(user.id, claim.client), "sign-in", user.id)
        return user, key

    def _enter(self, claim: Credentials) -> None:
        wait = self.throttle.enter(email_key(claim.email), claim.client)
        if wait:
            raise TooManyAttemptsError(math.ceil(wait.total_seconds()))

    def _verified(self, claim: Credentials) -> Account:
        account = self._account(claim)
        is_right = self.passwords.is_right(
            claim.password, account.password_hash if account else None
        )
        if account is None or not is_right:
            subject = account.user.id if account else claim.email
            self._record(audit.anonymous(claim.client), "sign-in-failed", subject)
            raise WrongCredentialsError
        return account

    def _account(self, claim: Credentials) -> Account | None:
        try:
            with self.storage.reading() as connection:
                return find_account(connection, claim.email)
        except StorageError:
            # Who tries again and again while the database is away guesses nothing.
            with suppress(ServiceError):
                self.throttle.take_back(email_key(claim.email), claim.client)
            raise

    def _record(self, actor: audit.Actor, action: str, subject: str) -> None:
        with self.storage.writing() as connection:
            audit.record(connection, actor, action, subject)
