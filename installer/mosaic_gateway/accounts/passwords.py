"""Argon2id, with a bound on how many run at once: each takes 64 MiB for a tenth of a second.

And on how many wait for that: each holds one of the threads that all requests share.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from mosaic_gateway.errors import BusyError

CONCURRENT = 2
PLACES = 10
LONGEST_WAIT_SECONDS = 20.0
SHORTEST, LONGEST = 8, 128

# Of a random password nobody kept: what an unknown e-mail address is verified against, so that it
# takes as long as a known one.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$aWHagksyhiUF1vw4Amn3Kg"
    "$NB2NQdfbTfZWlnkSeTZjAy5cW6KLya6eTA2pD8cUdDQ"
)


def parse_password(text: str) -> str:
    """Return it unchanged; raises ValueError, which does not repeat it, when it is unusable."""
    if SHORTEST <= len(text) <= LONGEST and is_encodable(text):
        return text
    raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")


def is_encodable(text: str) -> bool:
    """Whether the text is free of lone surrogates, which JSON can express and nothing can store."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


class Passwords:
    """Hashes and verifies; shared by every thread of the process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._slots = BoundedSemaphore(CONCURRENT)
        self._places = BoundedSemaphore(PLACES)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among the few who may wait; raises BusyError at once when there is none."""
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._places.release()

    def hash(self, password: str, before: Callable[[], None] = lambda: None) -> str:
        """Hash it, in the standard encoded form that carries its parameters and salt.

        `before` runs when it is this one's turn: the last chance to raise and save the work.
        Raises BusyError when no turn came in time.
        """
        with self._slot():
            before()
            return self._hasher.hash(password)

    def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password of this hash; no hash takes as long and is never right."""
        with self._slot():
            try:
                self._hasher.verify(password_hash or NOBODYS_HASH, password)
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise BusyError
        try:
            yield
        finally:
            self._slots.release()
