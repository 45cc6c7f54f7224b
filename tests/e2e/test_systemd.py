"""Where systemd runs for the user, the gateway is a service of it: on a real user manager."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.e2e.program import ADMIN, PROGRAM, Done, eventually
from tests.ports import reserve_port

pytestmark = pytest.mark.install

SESSION = Path(__file__).with_name("systemd_session.sh")
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A login session with a systemd user manager; programs are run inside of it."""

    pid: int
    environment: dict[str, str]
    home: Path

    def run(self, *command: str) -> Done:
        inside = ("nsenter", f"--target={self.pid}", "--mount", "--pid", "--", *command)
        done = subprocess.run(
            inside,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def mosaic(self, *words: str) -> Done:
        return self.run(*PROGRAM, *words)

    def units(self) -> str:
        shown = self.run("systemctl", "--user", "list-units", "--all", "--no-legend", "mosaic*")
        return shown.stdout

    def main_pid(self) -> int:
        unit = self.units().split()[0]
        shown = self.run("systemctl", "--user", "show", "--property=MainPID", "--value", unit)
        return int(shown.stdout)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    if os.getuid() != 0 or not shutil.which("unshare") or not Path("/lib/systemd/systemd").exists():
        pytest.skip("systemd and root, for namespaces of its own, are missing")
    with ExitStack() as stack:
        port = reserve_port(stack)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": "/run/user/0",
            "MOSAIC_HOME": str(tmp_path / "m ü%d $x"),
            "MOSAIC_GATEWAY_PORT": str(port),
            **ADMIN,
        }
        starter = subprocess.Popen(
            (*NAMESPACES, "sh", str(SESSION)),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert starter.stdout is not None
            assert starter.stderr is not None
            assert starter.stdout.readline() == "ready\n", starter.stderr.read()
            (inner,) = psutil.Process(starter.pid).children()
            yield Session(pid=inner.pid, environment=environment, home=tmp_path)
        finally:
            starter.kill()
            starter.communicate()


def test_the_gateway_is_a_systemd_service_from_install_to_uninstall(session: Session) -> None:
    first = session.mosaic("install", "--yes")
    assert first.code == 0, first.said
    assert "as a systemd service" in first.stderr
    assert " active running Mosaic gateway" in session.units()
    assert "process (systemd)" in session.mosaic("status").stdout

    again = session.mosaic("install", "--yes")
    assert again.code == 0, again.said
    assert "Already up to date" in again.stderr

    logs = session.mosaic("gateway", "logs")
    assert "listening on" in logs.stdout, logs.said

    gone = session.mosaic("uninstall", "--purge", "--yes")
    assert gone.code == 0, gone.said
    assert session.units() == ""
    assert list(session.home.iterdir()) == []


def test_systemd_starts_a_gateway_that_was_killed_again(session: Session) -> None:
    assert session.mosaic("install", "--yes").code == 0
    killed = session.main_pid()
    session.run("kill", "-KILL", str(killed))
    eventually(lambda: session.main_pid() not in {0, killed}, "systemd starts it again")
    eventually(lambda: session.mosaic("status").code == 0, "the gateway answers again")


def test_a_deleted_database_is_saved_from_the_service_that_has_it_open(session: Session) -> None:
    assert session.mosaic("install", "--yes").code == 0
    before, token = session.main_pid(), session.mosaic("token", "show").stdout
    shutil.rmtree(Path(session.environment["MOSAIC_HOME"]) / "data")
    mended = session.mosaic("doctor", "--fix")
    assert mended.code == 0, mended.said
    assert session.main_pid() not in {0, before}
    assert session.mosaic("status").code == 0
    assert session.mosaic("token", "show").stdout == token
    assert session.mosaic("token", "list").code == 0


def test_stop_start_and_a_changed_port_go_through_systemd(session: Session) -> None:
    assert session.mosaic("install", "--yes").code == 0
    assert session.mosaic("gateway", "stop").code == 0
    assert session.mosaic("status").code == 6
    assert session.mosaic("gateway", "start").code == 0
    assert session.mosaic("status").code == 0
    before = session.main_pid()
    with ExitStack() as stack:
        port = reserve_port(stack)
        moved = session.mosaic("install", "--yes", "--set", f"gateway.port={port}")
    assert moved.code == 0, moved.said
    assert f":{port}" in session.mosaic("status").stdout
    assert session.main_pid() != before


def test_a_gateway_that_dies_at_start_ends_the_wait_with_its_last_lines(session: Session) -> None:
    assert session.mosaic("install", "--yes").code == 0
    assert session.mosaic("gateway", "stop").code == 0
    database = Path(session.environment["MOSAIC_HOME"]) / "data" / "mosaic.db"
    for path in database.parent.glob("mosaic.db*"):
        path.unlink()
    database.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    failed = session.mosaic("gateway", "start")
    assert failed.code == 6, failed.said
    assert "the last lines of its log" in failed.stderr


def test_a_gateway_that_changes_its_keeper_never_runs_twice(session: Session) -> None:
    without = ("env", "XDG_RUNTIME_DIR=/nowhere", *PROGRAM)
    home = Path(session.environment["MOSAIC_HOME"])
    links = Path(session.environment["HOME"]) / ".config/systemd/user/default.target.wants"
    assert session.run(*without, "install", "--yes").code == 0
    assert "process (daemon)" in session.mosaic("status").stdout
    # Which of the two it was installed with is known no longer, and the better one is taken.
    (home / "config/gateway/meta.json").unlink()
    to_systemd = session.mosaic("install", "--yes")
    assert to_systemd.code == 0, to_systemd.said
    assert "Stop the gateway's old process" in to_systemd.said
    assert not (home / "state/gateway.pid").exists()
    assert len(list(links.iterdir())) == 1
    assert "Already up to date" in session.mosaic("install", "--yes").said

    assert session.mosaic("gateway", "stop").code == 0
    to_daemon = session.run(*without, "install", "--yes")
    assert to_daemon.code == 0, to_daemon.said
    assert "Stop and disable the gateway's old systemd service" in to_daemon.said
    assert not links.exists()
    assert "Already up to date" in session.run(*without, "install", "--yes").said
    gone = session.run(*without, "uninstall", "--purge", "--yes")
    assert gone.code == 0, gone.said
    assert list(session.home.iterdir()) == []
