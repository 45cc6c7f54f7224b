from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from mosaic_gateway.accounts.passwords import NOBODYS_HASH, Passwords, parse_password
from mosaic_gateway.accounts.throttle import LONGEST_WAIT, wait_after
from mosaic_gateway.accounts.users import parse_email, parse_name
from mosaic_gateway.configuration.settings import ServeSettings

pytestmark = pytest.mark.unit


def test_waits_begin_after_five_failures_double_and_are_capped() -> None:
    assert [wait_after(n, 5).total_seconds() for n in range(9)] == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert wait_after(15, 5) == LONGEST_WAIT == timedelta(minutes=15)
    assert wait_after(10**9, 5) == LONGEST_WAIT


def test_nobodys_hash_costs_what_a_real_one_costs() -> None:
    hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    assert NOBODYS_HASH.startswith("$argon2id$")
    assert not hasher.check_needs_rehash(NOBODYS_HASH)


def test_a_hash_is_argon2id_and_knows_its_password() -> None:
    passwords = Passwords()
    made = passwords.hash("a long password")
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right("a long password", made)
    assert not passwords.is_right("another password", made)
    assert not passwords.is_right("a long password", None)
    assert not passwords.is_right("a long password", "damaged")


def test_a_slot_is_given_back_when_the_work_turns_out_pointless() -> None:
    def refuse() -> None:
        raise LookupError

    passwords = Passwords()
    for _ in range(10):
        with pytest.raises(LookupError):
            passwords.hash("a long password", before=refuse)
    assert passwords.hash("a long password")


@pytest.mark.parametrize("text", ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n.c", "a@\x00"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        parse_email(text)


def test_what_is_kept_of_names_addresses_and_passwords() -> None:
    assert parse_email(" Ada@Example ") == "Ada@Example"
    assert parse_name("  Ada L. ") == "Ada L."
    assert parse_password("  spaces count  ") == "  spaces count  "


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104
def test_our_own_address_is_trusted_by_its_local_names(bind: str) -> None:
    settings = ServeSettings(bind, 14242, ("https://a.example",), "secret")
    assert settings.trusted_origins == {
        "https://a.example",
        "http://127.0.0.1:14242",
        "http://localhost:14242",
        "http://[::1]:14242",
    }


def test_settings_do_not_show_their_secret() -> None:
    assert "hidden-away" not in repr(ServeSettings("127.0.0.1", 1, (), "hidden-away"))
