"""The real gateway: a process of its own, on a database file and a free port of this test's."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import httpx
from tests.gateway.backings import Backing, SqliteBacking
from tests.gateway.fork_server import Files, Forked, fork

SECRET = "session-secret-0123456789-0123456789"
SETUP_SECRET = "setup-secret-0123456789-0123456789"
SETUP_HEADER = {"X-Mosaic-Setup": SETUP_SECRET}
PASSWORD = "correct horse battery"
ADMIN = {"name": "Ada", "email": "Ada@Example.org", "password": PASSWORD}
PAGE = "https://page.example"
"""The one origin that is trusted besides the gateway's own."""
DEADLINE = 90.0
# Loading the authorities' certificates takes longer than most of our requests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


PROGRAM = (sys.executable, "-m", "mosaic_gateway")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Home:
    """A folder with a configuration, where a gateway may be started and its commands run."""

    folder: Path
    backing: Backing
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | Forked | None" = None
    within: tuple[str, ...] = ()
    """Words that start a program in surroundings of a test's own."""
    is_forked: bool = True
    """Whether its programs come from the fork server, and do not import everything anew."""

    def __post_init__(self) -> None:
        self.write_config()

    @property
    def config(self) -> Path:
        return self.folder / "mosaic.config.json"

    @property
    def database(self) -> Path:
        return self.folder / "mosaic.db"

    def write_config(self, **changes: object) -> None:
        self.config.write_text(json.dumps({**self.backing.config(), **changes}))

    def fill(self) -> None:
        """Put an up-to-date schema without users in place."""
        self.backing.fill()
        self.write_config()

    @property
    def log_file(self) -> Path:
        return self.folder / "gateway.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MOSAIC_")}
        own = {
            "MOSAIC_GATEWAY_PORT": str(self.port),
            "MOSAIC_SESSION_SECRET": SECRET,
            "MOSAIC_SETUP_SECRET": SETUP_SECRET,
        }
        return {**inherited, **own, **self.backing.environment(), **(extra or {})}

    def command(self, arguments: Sequence[str]) -> list[str]:
        return [*PROGRAM, "--config", str(self.config), *arguments]

    def run(
        self, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        command, environment = self.command(arguments), self.environment(env)
        with TemporaryFile("w+") as asked, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
            asked.write(stdin)
            asked.seek(0)
            process = self._begin(command, environment, Files(asked, out, err))
            try:
                code = process.wait(DEADLINE)
            finally:
                process.kill()
            return subprocess.CompletedProcess(command, code, _content(out), _content(err))

    def start(self, extra: Mapping[str, str] | None = None, *, umask: int = 0o022) -> None:
        self.backing.make()
        command, environment = self.command(["serve"]), self.environment(extra)
        with self.log_file.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            files = Files(nothing, log, log)
            self.process = self._begin([*self.within, *command], environment, files, umask)
        self._wait_for_health()

    def _begin(
        self, command: list[str], environment: dict[str, str], files: Files, umask: int = 0o022
    ) -> "subprocess.Popen[bytes] | Forked":
        if self.is_forked and not self.within:
            return fork(command[len(PROGRAM) :], environment, files, umask=umask)
        return subprocess.Popen(
            command,
            env=environment,
            stdin=files.stdin,
            stdout=files.stdout,
            stderr=files.stderr,
            umask=umask,
        )

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        assert self.process is not None
        code = self.process.wait(DEADLINE)
        self.process = None
        return code

    def stop(self) -> int:
        self.send(signal.SIGTERM)
        return self.wait()

    def set_up(self) -> str:
        answer = httpx.post(
            f"{self.url}/api/bootstrap/setup",
            json=ADMIN,
            headers=SETUP_HEADER,
            timeout=DEADLINE,
            verify=NO_TLS,
        )
        assert answer.status_code == 201, answer.text + self.log()
        token: str = answer.json()["token"]["plaintext"]
        return token

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        return self.backing.sql(statement, *values)

    def _wait_for_health(self) -> None:
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"the gateway ended:\n{self.log()}"
            try:
                # A bare connection: a client per attempt would take the time the gateway needs.
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                httpx.get(f"{self.url}/health", timeout=DEADLINE, verify=NO_TLS).raise_for_status()
                return
        raise AssertionError(f"the gateway never answered:\n{self.log()}")


def sqlite_home(folder: Path) -> Home:
    """A home whose database is its own file, and whose programs are executed.

    There is no database to fill it from.
    """
    return Home(folder, SqliteBacking(folder / "mosaic.db", lambda: folder), is_forked=False)


@contextmanager
def running(home: Home) -> Iterator[Home]:
    """Whatever happens, no process outlives its test."""
    try:
        yield home
    finally:
        if home.process is not None:
            home.process.kill()
            home.process.wait(DEADLINE)


@contextmanager
def client_of(home: Home, token: str | None = None) -> Iterator[httpx.Client]:
    """Knows the setup secret, as the installer does."""
    headers = SETUP_HEADER | ({"Authorization": f"Bearer {token}"} if token else {})
    with httpx.Client(
        base_url=home.url,
        headers=headers,
        timeout=DEADLINE,
        verify=NO_TLS,
    ) as client:
        yield client


def error_id(answer: httpx.Response) -> str:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"id", "message"}
    assert body["error"]["message"]
    found: str = body["error"]["id"]
    return found


def _content(file: IO[str]) -> str:
    file.seek(0)
    return file.read()
