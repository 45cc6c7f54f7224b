"""Guessers: from many addresses, from the right person's own, behind proxies, and in crowds."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import count
from threading import Event

import httpx
import pytest
from tests.gateway.kinds import ON_ALL
from tests.gateway.process import NO_TLS, PASSWORD, SECRET, Home, client_of, error_id

from mosaic_gateway.accounts.browsers import Browsers
from mosaic_gateway.accounts.buckets import (
    FREE_ATTEMPTS,
    FREE_OF_ACCOUNT,
    FREE_OF_ALL,
    FREE_OF_NETWORK,
    HIDDEN,
    Bucket,
    buckets_of,
    network_of,
    of_network,
)
from mosaic_gateway.accounts.users import Account, User
from mosaic_gateway.operation.stores import Stores

pytestmark = pytest.mark.gateway

SIGN_IN = "/api/auth/sign-in/email"
RIGHT = {"email": "ada@example.org", "password": PASSWORD}
WRONG = {"email": "ada@example.org", "password": "wrong password"}
OPEN = timedelta(0)
CROWD = 60
# Without a bound on those who wait it takes half a minute and more.
SOON = 10.0


@ON_ALL
def test_many_addresses_share_one_budget_for_an_account(stores: Stores) -> None:
    throttle = stores.throttle
    for number in range(FREE_OF_ACCOUNT):
        assert throttle.enter(buckets_of("ada@b", f"192.0.2.{number}", None).all) == OPEN
    assert throttle.enter(buckets_of("ada@b", "198.51.100.1", None).all) > OPEN
    assert throttle.enter(buckets_of("eve@b", "198.51.100.1", None).all) == OPEN
    assert throttle.enter(buckets_of("ada@b", "192.0.2.1", "a known one").all) == OPEN
    throttle.clear_all_of("ada@b")
    assert throttle.enter(buckets_of("ada@b", "198.51.100.1", None).all) == OPEN


@ON_ALL
def test_many_accounts_share_one_budget_for_a_network(stores: Stores) -> None:
    throttle = stores.throttle
    for number in range(FREE_OF_NETWORK):
        address = f"2001:db8::{number:x}"
        assert throttle.enter(buckets_of(f"{number}@b", address, None).all) == OPEN
    assert throttle.enter(buckets_of("ada@b", "2001:db8::ffff", None).all) > OPEN
    assert throttle.enter(buckets_of("ada@b", "2001:db8:0:1::1", None).all) == OPEN


@ON_ALL
def test_hidden_clients_do_not_close_the_door_to_each_other(stores: Stores) -> None:
    """All who come through a Swarm's mesh have an address of its network, of few."""
    mesh, throttle = (ip_network("10.0.0.0/24"),), stores.throttle
    for number in range(FREE_OF_NETWORK + 1):
        attempt = buckets_of(f"{number}@b", "10.0.0.2", None, mesh)
        assert throttle.enter(attempt.all) == OPEN
    guessed = buckets_of("ada@b", "10.0.0.2", None, mesh)
    for _ in range(FREE_OF_ACCOUNT):
        assert throttle.enter(guessed.all) == OPEN
    assert throttle.enter(guessed.all) > OPEN
    assert throttle.enter(buckets_of("ada@b", "10.0.0.3", None, mesh).all) > OPEN
    assert throttle.enter(buckets_of("ada@b", "10.0.0.2", "a known one", mesh).all) == OPEN
    assert throttle.enter(buckets_of("eve@b", "10.0.0.2", None, mesh).all) == OPEN


def test_others_are_told_apart_as_ever_beside_a_mesh() -> None:
    mesh = (ip_network("10.0.0.0/24"), ip_network("fd00::/64"))
    for address in ("10.0.1.2", "2001:db8::1", "unknown", "127.0.0.1"):
        assert buckets_of("ada@b", address, None, mesh) == buckets_of("ada@b", address, None)
        assert of_network(address, mesh) == Bucket("", network_of(address), FREE_OF_NETWORK)
    for address in ("10.0.0.9", "::ffff:10.0.0.9", "fd00::9"):
        assert of_network(address, mesh) == Bucket("", HIDDEN, FREE_OF_ALL)


@ON_ALL
def test_what_has_to_wait_for_one_bucket_is_counted_in_none(home: Home, stores: Stores) -> None:
    throttle = stores.throttle
    pair = buckets_of("ada@b", "192.0.2.1", None)
    for _ in range(FREE_ATTEMPTS):
        throttle.enter(pair.all)
    assert home.backing.waits() == [1]
    home.backing.close_throttles()
    for _ in range(FREE_OF_ACCOUNT):
        assert throttle.enter(pair.all) > OPEN
    assert throttle.enter(buckets_of("ada@b", "192.0.2.2", None).all) == OPEN


@ON_ALL
def test_a_guesser_behind_the_same_address_does_not_lock_out_a_known_browser(fresh: Home) -> None:
    fresh.set_up()
    with client_of(fresh) as ada, client_of(fresh) as guesser:
        assert ada.post(SIGN_IN, json=RIGHT).status_code == 200
        for _ in range(FREE_ATTEMPTS):
            guesser.post(SIGN_IN, json=WRONG)
        fresh.backing.close_throttles()
        assert guesser.post(SIGN_IN, json=RIGHT).status_code == 429
        assert ada.post(SIGN_IN, json=RIGHT).status_code == 200
        stolen = {"Cookie": "mosaic_browser=0123.made-up"}
        assert guesser.post(SIGN_IN, json=RIGHT, headers=stolen).status_code == 429


def test_a_known_browser_is_known_for_one_account_and_one_password() -> None:
    browsers = Browsers(SECRET)
    ada = Account(User("1", "Ada", "a@b", "admin", datetime.now(UTC)), "hash", 0)
    eve = replace(ada, user=replace(ada.user, id="2"))
    cookie = browsers.remember(ada, None)
    known = browsers.recognise(cookie, ada)
    assert known is not None
    assert browsers.remember(ada, known) == cookie
    strangers = [(cookie, eve), (cookie, replace(ada, password_epoch=1)), (cookie, None)]
    strangers += [
        ("", ada),
        (".", ada),
        (known, ada),
        (f"{known}.\ud800", ada),
        (cookie + "0", ada),
    ]
    assert [browsers.recognise(*each) for each in strangers] == [None] * len(strangers)
    assert Browsers("another" + SECRET).recognise(cookie, ada) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2:3:4", "2001:db8::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        ("", "192.0.2.7", "127.0.0.1"),
        ("127.0.0.1", "made-up, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.0/8, 10.0.0.0/8", "198.51.100.1, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7, not an address", "127.0.0.1"),
        ("10.0.0.1", "192.0.2.7", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_where_a_request_comes_from(
    home: Home, proxies: str, forwarded: str, client: str
) -> None:
    home.fill()
    home.start({"MOSAIC_TRUSTED_PROXIES": proxies})
    with client_of(home) as guesser:
        guesser.post(SIGN_IN, json=WRONG, headers={"X-Forwarded-For": forwarded})
    assert home.sql("SELECT client FROM audit WHERE action = 'sign-in-failed'") == [(client,)]


def test_proxies_that_are_no_addresses_are_refused(home: Home) -> None:
    result = home.run("serve", env={"MOSAIC_TRUSTED_PROXIES": "10.0.0.1/8, nobody"})
    assert result.returncode == 1
    assert "MOSAIC_TRUSTED_PROXIES" in result.stderr


def test_a_crowd_of_guessers_is_sent_away_and_holds_nobody_else_up(fresh: Home) -> None:
    token = fresh.set_up()
    with client_of(fresh, token) as ada, _crowd(fresh) as statuses:
        for _ in range(5):
            start = time.monotonic()
            assert ada.get("/api/admin/tokens").status_code == 200
            assert time.monotonic() - start < SOON
    assert set(statuses) <= {401, 503}
    assert statuses[401]
    assert statuses[503], "those who found no place were sent away"
    counted = fresh.sql("SELECT max(attempts) FROM throttles WHERE client = '127.0.0.1'")
    looked_at = fresh.sql("SELECT count(*) FROM audit WHERE action = 'sign-in-failed'")
    assert counted == looked_at, "and had tried nothing"


def test_whoever_is_sent_away_is_told_when_to_come_back(fresh: Home) -> None:
    fresh.set_up()
    with client_of(fresh) as client, _crowd(fresh):
        answers = (client.post(SIGN_IN, json=RIGHT) for _ in range(1000))
        busy = next(answer for answer in answers if answer.status_code == 503)
    assert (error_id(busy), busy.headers["retry-after"]) == ("busy", "1")


@contextmanager
def _crowd(home: Home) -> Iterator[Counter[int]]:
    """Guessers who guess for another person each time, all at once."""
    statuses: Counter[int] = Counter()
    lock, is_over, numbers = threading.Lock(), Event(), count()
    limits = httpx.Limits(max_connections=CROWD)

    def guess() -> None:
        while not is_over.is_set():
            body = {**WRONG, "email": f"{next(numbers)}@example.org"}
            status = client.post(SIGN_IN, json=body).status_code
            with lock:
                statuses[status] += 1

    with (
        httpx.Client(base_url=home.url, timeout=60, limits=limits, verify=NO_TLS) as client,
        ThreadPoolExecutor(CROWD) as pool,
    ):
        guessers = [pool.submit(guess) for _ in range(CROWD)]
        try:
            while not statuses[401]:
                time.sleep(0.01)
            yield statuses
        finally:
            is_over.set()
            for guesser in guessers:
                guesser.result()
