"""Browsers that have signed in before, known by a cookie that only we can have made.

It opens nothing. It is bound to the account and to its password, so that a new password also ends
what a guesser who knew the old one had earned.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from mosaic_gateway.accounts.users import Account

LIFE = timedelta(days=180)


class Browsers:
    """Makes and recognises the cookies of known browsers."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def remember(self, account: Account, known: str | None) -> str:
        """The cookie of a browser that has signed in; the same again for one that is `known`."""
        browser = known or secrets.token_hex(16)
        return f"{browser}.{self._proof(browser, account)}"

    def recognise(self, cookie: str | None, account: Account | None) -> str | None:
        """The name of the browser that signed in to this account before; None for any other."""
        if cookie is None or account is None:
            return None
        browser, _, proof = cookie.partition(".")
        expected = self._proof(browser, account)
        is_known = hmac.compare_digest(proof.encode(errors="replace"), expected.encode())
        return browser if is_known else None

    def _proof(self, browser: str, account: Account) -> str:
        said = f"browser {browser} {account.user.id} {account.password_epoch}"
        data = said.encode(errors="surrogatepass")
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()
