"""Servers that are stopped and started under a gateway: refused meanwhile, then as before."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from tests.engine.engine import Engine, eventually, pause, run
from tests.gateway.backings import ValkeyBacking
from tests.gateway.process import ADMIN, PASSWORD, Home, client_of
from tests.gateway.servers import Server, Servers, start_postgres, start_valkey
from tests.ports import reserve_port

from mosaic_gateway.accounts.buckets import FREE_ATTEMPTS

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["valkey"], indirect=True, scope="session"),
]
SIGN_IN = ("POST", "/api/auth/sign-in/email")
SESSION = ("GET", "/api/auth/get-session")
TOKENS = ("GET", "/api/admin/tokens")
MINT = ("POST", "/api/admin/tokens")
BODIES = {SIGN_IN: {"email": ADMIN["email"], "password": PASSWORD}, MINT: {"label": "another"}}
LONGEST = 20.0  # seconds: a queue waits for its server, then for the answer to that


@dataclass(frozen=True)
class Stoppable:
    """A gateway, its two servers, an administrator's token and session."""

    home: Home
    postgres: Server
    valkey: Server
    token: str
    cookies: httpx.Cookies

    def ask(self, call: tuple[str, str]) -> httpx.Response:
        """Make a call with the token; one about sessions with the session instead."""
        method, path = call
        is_session = call == SESSION
        with client_of(self.home, None if is_session else self.token) as client:
            client.cookies = self.cookies if is_session else httpx.Cookies()
            answer = client.request(method, path, json=BODIES.get(call))
        assert answer.elapsed.total_seconds() < LONGEST, (call, answer.elapsed)
        return answer

    def refusal(self, call: tuple[str, str]) -> tuple[int, str]:
        answer = self.ask(call)
        assert answer.headers.get("Retry-After") == "1", answer.text
        return answer.status_code, str(answer.json()["error"]["id"])

    def checks(self) -> dict[str, bool]:
        answer = self.ask(("GET", "/health/ready"))
        checks = {name: bool(row["ok"]) for name, row in answer.json()["checks"].items()}
        assert answer.status_code == (200 if all(checks.values()) else 503)
        return checks

    def is_ready(self) -> bool:
        return all(self.checks().values())


@pytest.fixture
def stoppable(home: Home, tmp_path: Path) -> Iterator[Stoppable]:
    with ExitStack() as reserved, Engine.opened() as engine:
        postgres = start_postgres(engine, port=reserve_port(reserved))
        valkey = start_valkey(engine, tmp_path, port=reserve_port(reserved))
        assert isinstance(home.backing, ValkeyBacking)
        servers = Servers(postgres=postgres, valkey=valkey, numbers=home.backing.servers.numbers)
        name = servers.new_database()
        home.backing = ValkeyBacking(servers, name, lambda: "template0", 0)
        home.write_config()
        home.start()
        token = home.set_up()
        with client_of(home) as client:
            assert client.post(SIGN_IN[1], json=BODIES[SIGN_IN]).status_code == 200
            cookies = client.cookies
        yield Stoppable(home, postgres, valkey, token, cookies)
        # The same process all along, and nothing in its log that we did not foresee.
        assert home.stop() == 0
        assert "Traceback" not in home.log()


def stop(server: Server) -> None:
    run("docker", "stop", "--time=20", server.container.name)
    assert not server.container.state()["Running"]


def start(server: Server) -> None:
    run("docker", "start", server.container.name)


def test_a_database_that_is_frozen_is_given_up_on_and_holds_up_no_stop(
    stoppable: Stoppable,
) -> None:
    stoppable.ask(TOKENS)
    with frozen(stoppable.postgres):
        assert stoppable.refusal(TOKENS) == (503, "database-unavailable")
        assert stoppable.checks()["database"] is False
    eventually(stoppable.is_ready, "the gateway is ready again")
    with (
        frozen(stoppable.postgres),
        ThreadPoolExecutor(1) as pool,
        client_of(stoppable.home, stoppable.token) as client,
    ):
        hanging = pool.submit(client.get, TOKENS[1])
        eventually(lambda: is_asked(stoppable.home), "the request hangs")
        started = time.monotonic()
        stoppable.home.send(signal.SIGTERM)
        assert stoppable.home.wait() in {0, 1}
        assert time.monotonic() - started < LONGEST
        assert hanging.exception() is not None or hanging.result().status_code >= 500
    stoppable.home.start()


def is_asked(home: Home) -> bool:
    """Whether a connection to the gateway waits for an answer."""
    assert home.process is not None
    connections = psutil.Process(home.process.pid).net_connections("tcp")
    return any(
        each.laddr.port == home.port and each.status == psutil.CONN_ESTABLISHED
        for each in connections
    )


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """The server is there, and does not stir."""
    pause(server.container.name)
    try:
        yield
    finally:
        run("docker", "unpause", server.container.name)


def test_a_database_that_is_stopped_and_started(stoppable: Stoppable) -> None:
    stop(stoppable.postgres)
    assert stoppable.checks() == {"database": False, "queue": True}
    for call in (TOKENS, MINT, SIGN_IN, SESSION, ("GET", "/api/bootstrap/status")):
        assert stoppable.refusal(call) == (503, "database-unavailable"), call
    assert stoppable.ask(("GET", "/health")).status_code == 200
    for _ in range(2 * FREE_ATTEMPTS):
        assert stoppable.refusal(SIGN_IN) == (503, "database-unavailable"), "and not throttled"
    start(stoppable.postgres)
    eventually(stoppable.is_ready, "it is ready")
    for call, code in ((TOKENS, 200), (MINT, 201), (SIGN_IN, 200), (SESSION, 200)):
        assert stoppable.ask(call).status_code == code, call


def test_a_queue_that_is_stopped_and_started(stoppable: Stoppable) -> None:
    assert stoppable.ask(SESSION).json()["user"]["email"] == ADMIN["email"]
    stop(stoppable.valkey)
    assert stoppable.checks() == {"database": True, "queue": False}
    for call in (SIGN_IN, SESSION):
        assert stoppable.refusal(call) == (503, "queue-unavailable"), call
    for call, code in ((TOKENS, 200), (MINT, 201), (("GET", "/health"), 200)):
        assert stoppable.ask(call).status_code == code, call
    start(stoppable.valkey)
    eventually(stoppable.is_ready, "it is ready")
    assert stoppable.ask(SIGN_IN).status_code == 200
    session = stoppable.ask(SESSION)
    assert session.json()["user"]["email"] == ADMIN["email"], "sessions outlive it"


def test_who_calls_all_the_time_is_served_or_refused_and_never_cut_off(
    stoppable: Stoppable,
) -> None:
    calls = (TOKENS, MINT, SIGN_IN, SESSION)
    with calling_all_the_time(stoppable, calls) as codes:
        for server in (stoppable.postgres, stoppable.valkey):
            eventually(lambda: codes[200] > 0, "it serves")
            stop(server)
            codes.clear()
            eventually(lambda: codes[503] > len(calls), "it refuses")
            start(server)
            eventually(stoppable.is_ready, "it is ready")
            codes.clear()
        assert set(codes) <= {200, 201, 503}
    assert stoppable.ask(TOKENS).status_code == 200


@contextmanager
def calling_all_the_time(
    stoppable: Stoppable, calls: tuple[tuple[str, str], ...]
) -> Iterator["Counter[int]"]:
    """Make each of these calls again and again, and count the answers by their status."""
    is_over = threading.Event()
    codes: Counter[int] = Counter()

    def call_on(call: tuple[str, str]) -> None:
        while not is_over.is_set():
            answer = stoppable.ask(call)
            assert answer.status_code in {200, 201, 503}, answer.text
            codes[answer.status_code] += 1

    with ThreadPoolExecutor(len(calls)) as pool:
        callers = [pool.submit(call_on, call) for call in calls]
        try:
            yield codes
        finally:
            is_over.set()
        for caller in callers:
            caller.result()
