"""Signing in with e-mail address and password. Wrong, unknown and throttled give nothing away."""

import math
from contextlib import suppress
from dataclasses import dataclass, field

from mosaic_gateway import audit
from mosaic_gateway.accounts import User, email_key, find_user, password_hash_of
from mosaic_gateway.errors import (
    ServiceError,
    StorageError,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from mosaic_gateway.services import Services


@dataclass(frozen=True)
class Credentials:
    """What somebody claims to be, and from where."""

    email: str
    client: str
    password: str = field(repr=False)


def sign_in(services: Services, claim: Credentials) -> tuple[User, str]:
    """Return the user and the key of a new session.

    Raises WrongCredentialsError, or TooManyAttemptsError even when the password is right.
    """
    _enter(services, claim)
    user = _verified(services, claim)
    services.throttle.clear(email_key(claim.email), claim.client)
    key = services.sessions.open(user.id)
    _record(services, audit.Entry(f"user:{user.id}", "sign-in", user.id, claim.client))
    return user, key


def _enter(services: Services, claim: Credentials) -> None:
    wait = services.throttle.enter(email_key(claim.email), claim.client)
    if wait:
        raise TooManyAttemptsError(math.ceil(wait.total_seconds()))


def _verified(services: Services, claim: Credentials) -> User:
    user, password_hash = _known(services, claim)
    is_right = services.passwords.is_right(claim.password, password_hash)
    if user is None or not is_right:
        subject = user.id if user else claim.email
        _record(services, audit.Entry("anonymous", "sign-in-failed", subject, claim.client))
        raise WrongCredentialsError
    return user


def _known(services: Services, claim: Credentials) -> tuple[User | None, str | None]:
    try:
        with services.storage.reading() as connection:
            user = find_user(connection, claim.email)
            return user, password_hash_of(connection, user) if user else None
    except StorageError:
        # Who tries again and again while the database is away guesses nothing.
        with suppress(ServiceError):
            services.throttle.take_back(email_key(claim.email), claim.client)
        raise


def _record(services: Services, entry: audit.Entry) -> None:
    with services.storage.writing() as connection:
        audit.record(connection, entry)
