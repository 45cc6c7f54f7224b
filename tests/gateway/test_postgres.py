"""What is particular to PostgreSQL: several replicas, the extension, a server that fails."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import LiteralString

import httpx
import pytest
from psycopg import sql
from tests.engine.engine import Engine, eventually, pause, run
from tests.gateway.backings import PostgresBacking
from tests.gateway.process import ADMIN, NO_TLS, SETUP_HEADER, Home, client_of, running
from tests.gateway.servers import PASSWORD, ROOT_PASSWORD, Servers, start_postgres

from mosaic_gateway.migrations import HEAD

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["postgres"], indirect=True, scope="session"),
]
VECTOR = {
    "tier": "federated",
    "memory": {"type": "pgvector"},
}


@pytest.fixture
def own(home: Home, tmp_path: Path) -> Iterator[PostgresBacking]:
    """A server of the test's own, to be stopped or spoiled; the home's database is on it."""
    with Engine.opened() as engine:
        postgres = start_postgres(engine)
        shared = _postgres(home).servers
        servers = Servers(postgres=postgres, valkey=shared.valkey, numbers=shared.numbers)
        backing = PostgresBacking(servers, servers.new_database(), lambda: "template0")
        home.backing = backing
        home.write_config()
        yield backing


def test_replicas_that_start_at_once_migrate_exactly_once(home: Home) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: home.run("migrate"), range(6)))
    assert [each.returncode for each in results] == [0] * 6, [each.stderr for each in results]
    said = sorted(each.stdout for each in results)
    assert said == ["already up to date\n"] * 5 + [f"migrated to {HEAD}\n"]


def test_a_hundred_setups_over_two_replicas_give_one_administrator(
    home: Home, tmp_path: Path
) -> None:
    home.fill()
    (tmp_path / "second").mkdir()
    with running(Home(tmp_path / "second", home.backing)) as second:
        home.start()
        second.start()
        limits = httpx.Limits(max_connections=100)
        with (
            httpx.Client(timeout=90, limits=limits, verify=NO_TLS, headers=SETUP_HEADER) as client,
            ThreadPoolExecutor(100) as pool,
        ):

            def ask(number: int) -> int:
                body = {**ADMIN, "email": f"user{number}@example.org"}
                url = (home, second)[number % 2].url
                return client.post(f"{url}/api/bootstrap/setup", json=body).status_code

            codes = list(pool.map(ask, range(100)))
    assert sorted(codes) == [201] + [403] * 99
    assert home.sql("SELECT count(*), count(founder) FROM users") == [(1, 1)]
    assert home.sql("SELECT count(*) FROM tokens") == [(1,)]


def test_the_extension_is_created_and_reported(own: PostgresBacking, home: Home) -> None:
    _rule(home, "ALTER ROLE mosaic SUPERUSER")
    home.write_config(**_with_vectors(home))
    home.start()
    with client_of(home) as client:
        ready = client.get("/health/ready")
        assert (ready.status_code, set(ready.json()["checks"])) == (
            200,
            {"database", "queue", "vector"},
        )
        assert home.sql("SELECT ('[1,2,3]'::vector)::text") == [("[1,2,3]",)]
        _rule(home, "DROP EXTENSION vector")
        broken = client.get("/health/ready").json()["checks"]["vector"]
        assert broken["ok"] is False
        assert "not created" in broken["error"]
        _rule(home, "CREATE EXTENSION vector")
        assert client.get("/health/ready").status_code == 200


def test_who_may_not_create_the_extension_is_told_so(own: PostgresBacking, home: Home) -> None:
    home.write_config(**_with_vectors(home))
    result = home.run("migrate")
    _assert_explained(result.returncode, result.stderr, "this user may not create it")


def test_a_missing_library_is_told_from_a_missing_permission(
    own: PostgresBacking, home: Home
) -> None:
    container = own.servers.postgres.container
    container.exec("sh", "-c", "rm /usr/share/postgresql/17/extension/vector*")
    home.write_config(**_with_vectors(home))
    result = home.run("migrate")
    _assert_explained(result.returncode, result.stderr, "lacks the library")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("MOSAIC_DATABASE_PASSWORD", "a-wrong-password", "refused the user or the password"),
        ("MOSAIC_DATABASE_URL", "postgres://mosaic@127.0.0.1:{port}/gone", "does not exist"),
        ("MOSAIC_DATABASE_URL", "postgres://127.0.0.1:1/mosaic", "cannot be reached"),
        ("MOSAIC_DATABASE_URL", "postgres://host.invalid/mosaic", "its host is not known here"),
        ("MOSAIC_DATABASE_URL", "mysql://127.0.0.1/mosaic", "`MOSAIC_DATABASE_URL` cannot be used"),
        ("MOSAIC_DATABASE_URL", "postgres://127.0.0.1/x?no=1", "an unknown option"),
    ],
)
def test_a_start_that_cannot_succeed_is_explained_without_the_password(
    home: Home, variable: str, value: str, message: str
) -> None:
    port = _postgres(home).servers.postgres.port
    value = value.format(port=port)
    result = home.run("serve", env={variable: value, "MOSAIC_START_PATIENCE": "1"})
    _assert_explained(result.returncode, result.stderr, message)
    for secret in (PASSWORD, "a-wrong-password"):
        assert secret not in result.stderr


def test_the_password_may_come_from_a_file(home: Home) -> None:
    secret = home.folder / "password"
    secret.write_text(f"{PASSWORD}\n")
    files = {"MOSAIC_DATABASE_PASSWORD": "", "MOSAIC_DATABASE_PASSWORD_FILE": str(secret)}
    assert home.run("migrate", env=files).returncode == 0


def test_a_start_waits_for_the_server(own: PostgresBacking, home: Home) -> None:
    name = own.servers.postgres.container.name
    pause(name)
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(home.run, "migrate")
        time.sleep(6)  # longer than one attempt lasts
        assert not result.done()
        run("docker", "unpause", name)
        assert result.result().returncode == 0


def test_a_database_that_goes_away_is_a_503_until_it_is_back(
    own: PostgresBacking, home: Home
) -> None:
    home.start()
    token = home.set_up()
    name = own.servers.postgres.container.name
    with client_of(home, token) as client:
        assert client.get("/health/ready").status_code == 200
        pause(name)
        checks = client.get("/health/ready").json()["checks"]
        assert checks["database"]["error"]
        assert all(check["ms"] < 15_000 for check in checks.values())
        run("docker", "unpause", name)
        eventually(lambda: client.get("/health/ready").status_code == 200, "it is ready")
        _rule(home, "ALTER DATABASE {} ALLOW_CONNECTIONS false", "postgres")
        _cut(home)
        refused = client.get("/api/admin/tokens")
        assert (refused.status_code, refused.json()["error"]["id"]) == (
            503,
            "database-unavailable",
        )
        _rule(home, "ALTER DATABASE {} ALLOW_CONNECTIONS true", "postgres")
        assert client.get("/api/admin/tokens").status_code == 200
    for secret in (PASSWORD, ROOT_PASSWORD, token):
        assert secret not in home.log() + str(checks)


def test_connections_that_were_cut_are_replaced(home: Home) -> None:
    home.start()
    token = home.set_up()
    with client_of(home, token) as client:
        for _ in range(3):
            assert client.get("/api/admin/tokens").status_code == 200
            _cut(home)
            assert client.get("/health/ready").status_code == 200


def test_a_token_id_that_no_database_can_hold_is_unknown(home: Home) -> None:
    home.start()
    with client_of(home, home.set_up()) as client:
        for odd in ("%00", "%ff%00", "x" * 500, "%F0%9F%92%A5"):
            assert client.delete(f"/api/admin/tokens/{odd}").status_code == 404


def test_an_address_that_grows_in_lower_case_is_refused(home: Home) -> None:
    home.start()
    with client_of(home) as client:
        body = {**ADMIN, "email": "İ" * 240 + "@example.org"}
        assert client.post("/api/bootstrap/setup", json=body).status_code == 400
        assert client.post("/api/auth/sign-in/email", json=body).status_code == 400


def _postgres(home: Home) -> PostgresBacking:
    assert isinstance(home.backing, PostgresBacking)
    return home.backing


def _with_vectors(home: Home) -> dict[str, object]:
    storage = {"type": "postgres", "url": _postgres(home).url, "enableVector": True}
    return {**VECTOR, "storage": storage}


def _rule(home: Home, statement: LiteralString, where: str | None = None) -> None:
    backing = _postgres(home)
    composed = sql.SQL(statement).format(sql.Identifier(backing.database))
    backing.servers.rule(composed, where or backing.database)


def _cut(home: Home) -> None:
    """End every connection of the gateway."""
    name = _postgres(home).database
    cut = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
    _postgres(home).servers.rule(cut.format(name))


def _assert_explained(code: int, stderr: str, message: str) -> None:
    assert code == 1, stderr
    assert "Traceback" not in stderr
    error, hint = stderr.splitlines()[-3], stderr.splitlines()[-1]
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("hint: ")
