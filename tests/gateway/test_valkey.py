"""What is particular to Valkey: the contracts of its stores, and a server that fails."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engine.engine import Engine, eventually, pause, run
from tests.gateway.backings import ValkeyBacking
from tests.gateway.kinds import ON_ALL
from tests.gateway.process import ADMIN, PASSWORD, Home, client_of
from tests.gateway.servers import PASSWORD as SERVER_PASSWORD
from tests.gateway.servers import Servers, start_valkey

from mosaic_gateway.accounts.buckets import FREE_ATTEMPTS, Bucket
from mosaic_gateway.accounts.sessions import Session
from mosaic_gateway.accounts.throttle import LONGEST_WAIT, wait_after
from mosaic_gateway.accounts.users import MEMBER, NewUser, create_user
from mosaic_gateway.operation.stores import Stores
from mosaic_gateway.storage.pool import Storage

pytestmark = pytest.mark.gateway

ON_VALKEY = pytest.mark.parametrize("kind", ["valkey"], indirect=True, scope="session")
SIGN_IN = "/api/auth/sign-in/email"
ADA = Bucket("ada@b", "10.0.0.1")


@ON_ALL
def test_of_many_attempts_at_once_only_the_free_ones_get_through(stores: Stores) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: stores.throttle.enter([ADA]), range(60)))
    # On a slow machine a wait of 1, 2, 4 … seconds may be over before all have asked.
    waited_out = int(math.log2(time.monotonic() - started + 1))
    passed = waits.count(timedelta(0))
    assert FREE_ATTEMPTS <= passed <= FREE_ATTEMPTS + waited_out
    assert max(waits) <= wait_after(passed, FREE_ATTEMPTS)


@ON_ALL
def test_attempts_are_counted_and_cleared_per_subject_and_client(
    home: Home, stores: Stores
) -> None:
    throttle = stores.throttle
    for client in ("10.0.0.1", "10.0.0.2"):
        for _ in range(FREE_ATTEMPTS):
            assert throttle.enter([Bucket("ada@b", client)]) == timedelta(0)
    assert home.backing.waits() == [1, 1]
    home.backing.close_throttles()  # a second may be over before we ask
    assert throttle.enter([ADA]) > timedelta(0)
    assert throttle.enter([Bucket("eve@b", "10.0.0.1")]) == timedelta(0)
    throttle.clear(ADA)
    assert throttle.enter([ADA]) == timedelta(0)
    assert throttle.enter([Bucket("ada@b", "10.0.0.2")]) > timedelta(0)
    throttle.clear_all_of("ada@b")
    assert throttle.enter([Bucket("ada@b", "10.0.0.2")]) == timedelta(0)


@ON_ALL
def test_an_attempt_whose_password_was_not_looked_at_is_taken_back(
    home: Home, stores: Stores
) -> None:
    throttle = stores.throttle
    for _ in range(3 * FREE_ATTEMPTS):
        assert throttle.enter([ADA]) == timedelta(0)
        throttle.take_back([ADA])
    throttle.take_back([ADA])
    throttle.take_back([Bucket("eve@b", "10.0.0.1")])
    for _ in range(FREE_ATTEMPTS):
        assert throttle.enter([ADA]) == timedelta(0)
    home.backing.close_throttles()
    throttle.take_back([ADA])
    assert throttle.enter([ADA]) > timedelta(0), "what is closed stays closed"


@ON_ALL
def test_sessions_are_kept_by_user_and_removed_one_by_one_or_all(
    storage: Storage, stores: Stores
) -> None:
    with storage.writing() as connection:
        ada = create_user(connection, NewUser("A", "a@b", "hash"), role=MEMBER, is_founder=True).id
        eve = create_user(connection, NewUser("E", "e@b", "hash"), role=MEMBER).id
    expires = datetime.now(UTC) + timedelta(hours=1)
    for digest, user in (("1", ada), ("2", ada), ("3", ada), ("4", eve)):
        stores.sessions.put(digest, Session(user, expires, 7))
    assert stores.sessions.get("1") == Session(ada, expires, 7)
    stores.sessions.remove("1")
    stores.sessions.remove("unknown")
    assert stores.sessions.get("1") is None
    stores.sessions.remove_all_of(ada)
    kept = [digest for digest in "234" if stores.sessions.get(digest)]
    assert kept == ["4"]


@ON_VALKEY
def test_the_longest_wait_is_reached_and_kept(home: Home, stores: Stores) -> None:
    keys = _valkey(home).keys
    stores.throttle.enter([ADA])
    [name] = keys.keys("mosaic:throttle:*")
    assert b"ada" not in name
    keys.hset(name, "attempts", "1000")
    assert stores.throttle.enter([ADA]) == timedelta(0)
    wait = stores.throttle.enter([ADA])
    assert LONGEST_WAIT - timedelta(seconds=5) < wait <= LONGEST_WAIT


@ON_VALKEY
def test_everything_on_valkey_is_forgotten_in_time(home: Home, stores: Stores) -> None:
    stores.throttle.enter([ADA])
    stores.sessions.put("1", Session("ada", datetime.now(UTC) + timedelta(hours=1), 0))
    keys = _valkey(home).keys
    lives = [keys.ttl(name) for name in keys.keys("*")]
    assert len(lives) == 4, "a count, a session, its owner's list and the probe's key"
    assert all(0 < life <= 3600 for life in lives)


@ON_VALKEY
def test_a_wrong_password_is_explained_at_once(home: Home) -> None:
    home.fill()
    result = home.run("serve", env={"MOSAIC_VALKEY_PASSWORD": "a-wrong-password"})
    assert result.returncode == 1
    assert "refused the user or the password" in result.stderr
    assert "a-wrong-password" not in result.stderr
    assert "Traceback" not in result.stderr


@ON_VALKEY
def test_a_server_that_is_not_there_is_waited_for_and_then_explained(home: Home) -> None:
    home.fill()
    gone = {"MOSAIC_VALKEY_URL": "valkey://127.0.0.1:1/0", "MOSAIC_START_PATIENCE": "1"}
    result = home.run("serve", env=gone)
    assert result.returncode == 1
    assert "waiting: the queue" in result.stderr
    assert "error: the queue `redis://127.0.0.1:1/0` cannot be reached" in result.stderr


@ON_VALKEY
def test_no_password_is_changed_while_its_sessions_cannot_be_ended(home: Home) -> None:
    home.fill()
    home.start()
    home.set_up()
    before = home.sql("SELECT password_hash FROM users")
    arguments = ("admin", "reset-password", "--email", ADMIN["email"])
    gone = {"MOSAIC_VALKEY_URL": "valkey://127.0.0.1:1/0"}
    assert home.run(*arguments, stdin="a brand new password", env=gone).returncode == 1
    assert home.sql("SELECT password_hash FROM users") == before


@ON_VALKEY
def test_a_valkey_that_goes_away_is_a_503_until_it_is_back(home: Home, tmp_path: Path) -> None:
    with Engine.opened() as engine:
        valkey = start_valkey(engine, tmp_path)
        shared = _valkey(home).servers
        servers = Servers(postgres=shared.postgres, valkey=valkey, numbers=shared.numbers)
        backing = _valkey(home)
        home.backing = ValkeyBacking(servers, backing.database, backing.template, 0)
        home.fill()
        home.start()
        token = home.set_up()
        body = {"email": ADMIN["email"], "password": PASSWORD}
        with client_of(home, token) as client:
            assert client.post(SIGN_IN, json=body).status_code == 200
            pause(valkey.container.name)
            checks = client.get("/health/ready").json()["checks"]
            assert checks["database"]["ok"] is True
            assert checks["queue"]["ok"] is False
            assert "in time" in checks["queue"]["error"]
            assert checks["queue"]["ms"] < 7000
            refused = client.post(SIGN_IN, json=body)
            assert (refused.status_code, refused.json()["error"]["id"]) == (
                503,
                "queue-unavailable",
            )
            assert client.get("/api/admin/tokens").status_code == 200
            run("docker", "unpause", valkey.container.name)
            eventually(lambda: client.get("/health/ready").status_code == 200, "it is ready")
            assert client.post(SIGN_IN, json=body).status_code == 200
    assert SERVER_PASSWORD not in home.log()


def _valkey(home: Home) -> ValkeyBacking:
    assert isinstance(home.backing, ValkeyBacking)
    return home.backing
