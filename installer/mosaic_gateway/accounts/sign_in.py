"""Signing in with e-mail address and password. Wrong, unknown and throttled give nothing away."""

import math
from contextlib import suppress
from dataclasses import dataclass, field

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.browsers import Browsers
from mosaic_gateway.accounts.buckets import Buckets, Hidden, buckets_of
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.throttle import Throttle
from mosaic_gateway.accounts.users import Account, User, email_key, find_account
from mosaic_gateway.errors import (
    BusyError,
    ServiceError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from mosaic_gateway.storage.pool import Storage


@dataclass(frozen=True)
class Credentials:
    """What somebody claims to be, from where, and with the cookie of a browser that we know."""

    email: str
    client: str
    password: str = field(repr=False)
    browser: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Opened:
    """A new session: whose it is, its key, and what this browser will be known by."""

    user: User
    key: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True)
class SignIn:
    """The door: from credentials to a session."""

    storage: Storage
    passwords: Passwords
    sessions: Sessions
    browsers: Browsers
    throttle: Throttle
    hidden: Hidden = ()

    def open_session(self, claim: Credentials) -> Opened:
        """Open a session for whoever knows the password.

        Raises BusyError at once when too many wait, WrongCredentialsError, or
        TooManyAttemptsError even when the password is right.
        """
        # Before anything else: who is sent away because of the crowd has not tried anything.
        with self.passwords.place():
            account = self._account(claim)
            known = self.browsers.recognise(claim.browser, account)
            buckets = buckets_of(email_key(claim.email), claim.client, known, self.hidden)
            self._enter(buckets)
            account = self._verified(claim, account, buckets)
        self.throttle.clear(buckets.own)
        self.throttle.take_back(buckets.shared)
        key = self.sessions.open(account)
        user = account.user
        self._record(audit.user_actor(user.id, claim.client), "sign-in", user.id)
        return Opened(user, key, self.browsers.remember(account, known))

    def _account(self, claim: Credentials) -> Account | None:
        with self.storage.reading() as connection:
            return find_account(connection, claim.email)

    def _enter(self, buckets: Buckets) -> None:
        wait = self.throttle.enter(buckets.all)
        if wait:
            raise TooManyAttemptsError(math.ceil(wait.total_seconds()))

    def _verified(self, claim: Credentials, account: Account | None, buckets: Buckets) -> Account:
        try:
            is_right = self.passwords.is_right(
                claim.password, account.password_hash if account else None
            )
        except BusyError:
            # Nobody looked at the password, so nothing was guessed.
            with suppress(ServiceError):
                self.throttle.take_back(buckets.all)
            raise
        if account is None or not is_right:
            subject = account.user.id if account else audit.unproven(email_key(claim.email))
            self._record(audit.anonymous(claim.client), "sign-in-failed", subject)
            raise WrongCredentialsError
        return account

    def _record(self, actor: audit.Actor, action: str, subject: str) -> None:
        with self.storage.writing() as connection:
            audit.record(connection, actor, action, subject)
