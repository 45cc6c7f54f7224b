"""What may happen between reading a password and opening a session: a reset, above all."""

from collections.abc import Callable

import pytest
from tests.gateway.kinds import ON_ALL
from tests.gateway.process import PASSWORD, SECRET

from mosaic_gateway.accounts import admin
from mosaic_gateway.accounts.browsers import Browsers
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.sign_in import Credentials, SignIn
from mosaic_gateway.operation.stores import Stores
from mosaic_gateway.storage.pool import Storage

pytestmark = [pytest.mark.gateway, ON_ALL]

EMAIL = "ada@example.org"
CLAIM = Credentials(EMAIL, "192.0.2.1", PASSWORD)
OTHER_PASSWORD = "another-horse-10"


class PasswordsMeanwhile(Passwords):
    """Something happens while a password is looked at."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def is_right(self, password: str, password_hash: str | None) -> bool:
        self._meanwhile()
        return super().is_right(password, password_hash)


def test_a_sign_in_that_a_reset_overtakes_opens_nothing(storage: Storage, stores: Stores) -> None:
    def reset(password: str) -> None:
        wanted = admin.Reset(EMAIL, password, may_create=True)
        admin.reset_password(storage, stores.sessions, stores.throttle, wanted)

    reset(PASSWORD)
    sessions = Sessions(storage, stores.sessions, SECRET)
    overtaken = PasswordsMeanwhile(lambda: reset(OTHER_PASSWORD))
    browsers = Browsers(SECRET)
    sign_in = SignIn(storage, overtaken, sessions, browsers, stores.throttle)
    assert sessions.find(sign_in.open_session(CLAIM).key) is None

    after = Credentials(EMAIL, "192.0.2.1", OTHER_PASSWORD)
    sign_in = SignIn(storage, Passwords(), sessions, browsers, stores.throttle)
    signed_in = sessions.find(sign_in.open_session(after).key)
    assert signed_in is not None
    assert signed_in.user.email == EMAIL
