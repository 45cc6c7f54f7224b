import json
import signal
import socket
import sqlite3
import stat
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from tests.gateway.process import ADMIN, DEADLINE, PASSWORD, SECRET, SETUP_SECRET, Home, client_of

from mosaic_gateway.migrations import HEAD

pytestmark = pytest.mark.gateway


@pytest.fixture
def home(home: Home) -> Home:
    """One whose programs are executed: of what lies on that way, most is seen here alone."""
    home.is_forked = False
    return home


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero(fresh: Home, number: signal.Signals) -> None:
    fresh.send(number)
    assert fresh.wait() == 0
    assert fresh.log().splitlines()[-1].endswith("stopped")
    assert "Traceback" not in fresh.log()


def test_a_stop_finishes_open_requests(fresh: Home) -> None:
    body = json.dumps(ADMIN).encode()
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=DEADLINE) as connection:
        head = (
            "POST /api/bootstrap/setup HTTP/1.1\r\nHost: gateway\r\n"
            "Content-Type: application/json\r\nExpect: 100-continue\r\n"
            f"X-Mosaic-Setup: {SETUP_SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode())
        # The gateway asks for the body: the request is open now.
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        fresh.send(signal.SIGTERM)
        _wait_until_refused(fresh.port)
        connection.sendall(body)
        assert connection.recv(10_000).startswith(b"HTTP/1.1 201")
    assert fresh.wait() == 0
    assert fresh.sql("SELECT email FROM users") == [(ADMIN["email"],)]


def test_everything_survives_a_kill(fresh: Home) -> None:
    token = fresh.set_up()
    fresh.send(signal.SIGKILL)
    fresh.wait()
    fresh.start()
    with client_of(fresh, token) as client:
        assert client.get("/api/admin/tokens").status_code == 200


def test_the_database_is_private_whatever_the_umask(home: Home) -> None:
    home.start(umask=0o000)
    home.set_up()
    made = [each for each in home.folder.iterdir() if each.name.startswith("mosaic.db")]
    assert {each.name for each in made} >= {"mosaic.db", "mosaic.db-wal"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {0o600}


def test_the_log_holds_no_secret_and_no_query(fresh: Home) -> None:
    token = fresh.set_up()
    with client_of(fresh, token) as client:
        client.get("/api/admin/tokens?key=in-the-query")
        minted = client.post("/api/admin/tokens", json={"label": "x"}).json()["plaintext"]
        for password in (PASSWORD, "a wrong password"):
            body = {"email": ADMIN["email"], "password": password}
            client.post("/api/auth/sign-in/email", json=body)
        key = client.cookies["mosaic_session"]
        client.post("/api/bootstrap/setup", json={"password": "a misplaced password"})
    fresh.stop()
    for secret in (
        *(token, minted, key, PASSWORD, SECRET),
        *("a wrong password", "a misplaced password", "in-the-query", ADMIN["email"]),
    ):
        assert secret not in fresh.log()
    assert "sign-in by user:" in fresh.log()


def test_a_database_that_fails_while_running_is_a_503_without_internals(fresh: Home) -> None:
    with closing(sqlite3.connect(fresh.database)) as connection, connection:
        connection.execute("DROP TABLE users")
    with client_of(fresh) as client:
        answer = client.get("/api/bootstrap/status")
    assert answer.status_code == 503
    assert answer.json()["error"]["id"] == "database-unavailable"
    assert "users" not in answer.text
    assert "no such table: users" in fresh.log()


def test_a_bug_is_a_500_without_internals(fresh: Home) -> None:
    fresh.set_up()
    fresh.sql("UPDATE users SET created_at = 'not a moment'")
    with client_of(fresh) as client:
        body = {"email": ADMIN["email"], "password": PASSWORD}
        answer = client.post("/api/auth/sign-in/email", json=body)
    assert answer.status_code == 500
    assert answer.json()["error"]["id"] == "internal-error"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "moment" not in answer.text
    fresh.stop()
    assert "Traceback" in fresh.log()
    assert PASSWORD not in fresh.log()


def test_a_taken_port_is_explained(home: Home) -> None:
    with socket.create_server(("127.0.0.1", home.port)):
        result = home.run("serve")
    assert result.returncode == 1
    assert result.stderr.startswith(f"error: port {home.port} on 127.0.0.1 is taken\n\nhint: ")
    assert not home.database.exists()


def test_an_address_of_another_host_is_explained(home: Home) -> None:
    result = home.run("serve", env={"MOSAIC_GATEWAY_BIND": "192.0.2.1"})
    assert result.returncode == 1
    assert result.stderr.startswith(f"error: port {home.port} on 192.0.2.1 cannot be used")


def test_migrate_says_what_it_did(home: Home) -> None:
    first, second = home.run("migrate"), home.run("migrate")
    assert (first.returncode, first.stdout) == (0, f"migrated to {HEAD}\n")
    assert (second.returncode, second.stdout) == (0, "already up to date\n")
    assert home.run("admin", "list").stdout == "[]\n"
    # SQLite's log beside it would be lost on whoever copies the database alone.
    assert {each.name for each in home.folder.glob("mosaic.db*")} == {"mosaic.db"}


@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" * 300])
def test_a_damaged_database_is_explained(home: Home, command: str, content: bytes) -> None:
    home.database.write_bytes(content)
    result = home.run(command)
    _assert_explained(result.returncode, result.stderr, "is damaged or not a database")
    assert home.database.read_bytes() == content


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_newer_database_is_left_alone(home: Home, command: str) -> None:
    assert home.run("migrate").returncode == 0
    home.sql("UPDATE alembic_version SET version_num = '9999'")
    home.sql("UPDATE compatibility SET compatible_from = '9998'")
    result = home.run(command)
    _assert_explained(
        result.returncode,
        result.stderr,
        "could not be migrated: it is of version `9999`, which is newer",
    )
    assert home.sql("SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_missing_data_folder_is_not_made(home: Home) -> None:
    _change_config(home, path=str(home.folder / "gone" / "mosaic.db"))
    result = home.run("migrate")
    _assert_explained(result.returncode, result.stderr, "of the database does not exist")
    assert not (home.folder / "gone").exists()


def test_broken_json_is_located(home: Home) -> None:
    home.config.write_text('{"tier": "local",\n  "storage": oops}')
    result = home.run("serve")
    _assert_explained(result.returncode, result.stderr, "at line 2, column 14")


def test_a_wrong_setting_is_explained_without_its_value(home: Home) -> None:
    result = home.run("serve", env={"MOSAIC_SESSION_SECRET": "x" * 31})
    _assert_explained(result.returncode, result.stderr, "has 31 characters")
    assert "x" * 31 not in result.stderr


def test_settings_come_from_the_environment_file_and_from_secret_files(home: Home) -> None:
    secret = home.folder / "secret"
    secret.write_text(f"{SECRET}\n")
    env_file = home.folder / ".env"
    env_file.write_text(
        f'# comment\nMOSAIC_CORS_ORIGIN="https://${{HOME}}.example"\n'
        f"MOSAIC_CORS_ORIGIN=https://from.file\nMOSAIC_SESSION_SECRET_FILE={secret}\n"
    )
    home.start({"MOSAIC_SESSION_SECRET": "", "MOSAIC_ENV_FILE": str(env_file)})
    with client_of(home) as client:
        answer = client.get("/health", headers={"Origin": "https://from.file"})
    assert answer.headers["access-control-allow-origin"] == "https://from.file"


def test_a_broken_line_of_the_environment_file_is_located_and_not_shown(home: Home) -> None:
    env_file = home.folder / ".env"
    env_file.write_text("A=1\nSECRET='unfinished\n")
    result = home.run("serve", env={"MOSAIC_ENV_FILE": str(env_file)})
    _assert_explained(result.returncode, result.stderr, "line 2 of")
    assert "unfinished" not in result.stderr


def test_openapi_needs_no_configuration_and_is_what_is_served(
    home: Home, anyone: httpx.Client
) -> None:
    home.config.unlink()
    result = home.run("openapi")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == anyone.get("/openapi.json").json()


def test_usage_errors_are_2_and_the_version_is_told(home: Home) -> None:
    assert home.run().returncode == 2
    assert home.run("dance").returncode == 2
    version = home.run("--version")
    assert (version.returncode, version.stdout[:15]) == (0, "mosaic-gateway ")


def test_the_installer_is_never_imported(home: Home) -> None:
    package = Path(sys.modules["tests.gateway.process"].__file__ or "").parents[2]
    sources = list((package / "installer" / "mosaic_gateway").rglob("*.py"))
    assert sources
    assert not [each for each in sources if "import mosaic_installer" in each.read_text()]
    assert not [each for each in sources if "from mosaic_installer" in each.read_text()]


def _assert_explained(code: int, stderr: str, message: str) -> None:
    assert code == 1, stderr
    assert message in stderr
    assert "Traceback" not in stderr
    error, blank, hint = stderr.splitlines()
    assert (error[:7], blank, hint[:6]) == ("error: ", "", "hint: ")


def _change_config(home: Home, **storage: object) -> None:
    config = json.loads(home.config.read_text())
    config["storage"].update(storage)
    home.config.write_text(json.dumps(config))


def _wait_until_refused(port: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("the gateway still lets people in")
