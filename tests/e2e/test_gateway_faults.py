"""The gateway as a process: started, stopped, killed, mistaken, kept from its port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.e2e.program import DEADLINE, Site, eventually
from tests.e2e.terminal import Terminal
from tests.make import make_gateway

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.share import Said
from mosaic_installer.machine.processes import daemon

pytestmark = pytest.mark.install

SUPERVISOR = "mosaic_installer.machine.processes.supervisor"


def test_the_gateway_stops_starts_and_restarts(installed: Site) -> None:
    first = installed.gateway()
    assert f"answers at {installed.url}" in installed.run("gateway", "restart").stderr
    assert not first.is_running()
    second = installed.gateway()
    assert "was running already" in installed.run("gateway", "start").stderr
    assert installed.gateway() == second

    assert "is stopped" in installed.run("gateway", "stop").stderr
    assert not second.is_running()
    assert "was not running" in installed.run("gateway", "stop").stderr
    status = installed.run("status", code=6)
    assert f"stopped at {installed.url}" in status.stdout
    assert installed.run("status", "--json", code=6).document["gateway"]["healthy"] is False

    installed.run("gateway", "start")
    assert installed.has_working_token()


def test_the_log_shows_its_last_lines(shared: Site) -> None:
    whole = (shared.state / "logs/gateway.log").read_text().splitlines()
    assert shared.run("gateway", "logs").stdout.splitlines() == whole[-50:]
    assert shared.run("gateway", "logs", "--lines", "1").stdout.splitlines() == whole[-1:]
    assert shared.run("gateway", "logs", "--lines", "0").stdout == ""


def test_a_stopped_gateway_is_started_by_an_install(installed: Site) -> None:
    installed.run("gateway", "stop")
    installed.run("install")
    assert installed.has_working_token()


def test_a_gateway_that_was_killed_comes_back(installed: Site) -> None:
    supervisor, killed = installed.supervisor(), installed.gateway()
    # A gateway that ends in its first seconds counts as one that cannot start.
    eventually(lambda: time.time() - killed.create_time() > 6, "it runs for a while")
    killed.kill()

    def other() -> psutil.Process | None:
        return next((child for child in supervisor.children() if child != killed), None)

    assert eventually(other, "the supervisor starts another gateway").is_running()
    installed.run("gateway", "start")
    assert installed.supervisor() == supervisor
    assert installed.has_working_token()
    assert "ended with status -9" in installed.run("gateway", "logs").stdout


def test_a_supervisor_that_was_killed_leaves_nobody_and_is_started_again(installed: Site) -> None:
    supervisor, gateway = installed.supervisor(), installed.gateway()
    supervisor.kill()
    psutil.wait_procs([gateway], timeout=DEADLINE)
    assert not gateway.is_running()
    assert "stopped" in installed.run("status", code=6).stdout
    assert "TO DO: Gateway: Start the gateway" in installed.run("doctor", code=9).stdout
    installed.run("install")
    assert installed.supervisor() != supervisor
    assert installed.has_working_token()


@pytest.mark.parametrize("who", ["supervisor", "gateway", "both"])
def test_one_that_was_stopped_keeps_nobody_waiting(installed: Site, who: str) -> None:
    supervisor, gateway = installed.supervisor(), installed.gateway()
    if who != "gateway":
        supervisor.suspend()
    if who != "supervisor":
        gateway.suspend()
    begun = time.monotonic()
    installed.run("status", code=0 if who == "supervisor" else 6)
    assert time.monotonic() - begun < 4.0
    if who != "supervisor":
        installed.run("token", "list", code=1).says("does not answer")
    begun = time.monotonic()
    assert "is stopped" in installed.run("gateway", "stop").stderr
    assert time.monotonic() - begun < 10.0
    for process in (supervisor, gateway):
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    installed.run("gateway", "start")
    assert installed.has_working_token()


DEAF = """
import fcntl, os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pid_file = open(sys.argv[1], "w")
fcntl.flock(pid_file, fcntl.LOCK_EX)
print(os.getpid(), file=pid_file, flush=True)
print("ready", flush=True)
signal.pause()
"""


def test_one_that_does_not_end_is_killed_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "STOP_SECONDS", 0.2)
    layout = Layout.under(tmp_path)
    layout.pid.parent.mkdir()
    said: list[Said] = []
    with subprocess.Popen(
        (sys.executable, "-c", DEAF, str(layout.pid)), stdout=subprocess.PIPE
    ) as deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        daemon.Daemon(make_gateway(layout=layout), said.append).stop()
        assert deaf.wait(DEADLINE) is not None
    assert said == [f"process {deaf.pid} does not end; it is killed"]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("content", ["", "not a number", "999999999", "0", "-1"])
def test_a_stale_pid_file_is_taken_for_what_it_is(installed: Site, content: str) -> None:
    installed.run("gateway", "stop")
    (installed.state / "gateway.pid").write_text(content)
    assert "stopped" in installed.run("status", code=6).stdout
    assert "was not running" in installed.run("gateway", "stop").stderr
    installed.run("gateway", "start")
    assert installed.has_working_token()


def test_a_pid_file_that_names_a_foreign_process_leaves_it_alone(installed: Site) -> None:
    installed.run("gateway", "stop")
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as foreign:
        (installed.state / "gateway.pid").write_text(f"{foreign.pid}\n")
        assert "stopped" in installed.run("status", code=6).stdout
        installed.run("gateway", "stop")
        installed.run("install")
        assert installed.supervisor().pid != foreign.pid
        installed.run("uninstall", "--purge", "--yes")
        assert foreign.poll() is None
        assert foreign.stdin
        foreign.stdin.close()
    assert installed.processes() == []


@pytest.mark.parametrize("words", [("install",), ("gateway", "restart"), ("uninstall", "--yes")])
def test_a_gateway_whose_pid_file_is_gone_is_still_known(
    installed: Site, words: tuple[str, ...]
) -> None:
    before = installed.gateway()
    (installed.state / "gateway.pid").unlink()
    assert "healthy" in installed.run("status").stdout
    installed.run(*words)
    gateways = [p for p in installed.processes() if SUPERVISOR not in p.cmdline()]
    assert {
        "install": gateways == [before],
        "gateway": len(gateways) == 1 and gateways != [before],
        "uninstall": gateways == [],
    }[words[0]], gateways


def test_a_port_that_another_program_took_is_said_at_the_start(installed: Site) -> None:
    installed.run("gateway", "stop")
    with socket.create_server(("127.0.0.1", installed.port)):
        taken = f"port {installed.port} on 127.0.0.1 is taken by `"
        for verb in ("start", "restart"):
            done = installed.run("gateway", verb, code=1)
            done.says(taken, f"(pid {os.getpid()})", "--set gateway.port=")
        installed.run("install", code=4).says(taken, "[port-is-free]")
        assert "another program answers" not in installed.run("status", code=6).stdout
    installed.run("gateway", "start")
    assert installed.has_working_token()


def test_a_gateway_that_dies_at_its_start_shows_its_last_words(installed: Site) -> None:
    config = installed.config / "mosaic.config.json"
    whole = config.read_text()
    broken = json.loads(whole)
    broken["storage"]["path"] = str(installed.home / "no/such/folder/mosaic.db")
    config.write_text(json.dumps(broken))
    done = installed.run("gateway", "restart", code=6)
    done.says("the gateway ended right after it was started", "the last lines of its log:")
    done.says("no/such/folder")
    installed.run("install", code=(1, 6)).says("no/such/folder")
    assert json.loads(config.read_text()) == broken, "what the user edited stays"

    config.write_text(whole)
    installed.run("install")
    assert installed.has_working_token()


def test_a_damaged_database_is_said_and_kept(installed: Site) -> None:
    installed.run("gateway", "stop")
    database = installed.home / "data/mosaic.db"
    whole = database.read_bytes()
    database.write_bytes(b"this is no database " * 1000)
    damaged = database.read_bytes()
    installed.run("gateway", "start", code=6).says("the last lines of its log:", "mosaic.db")
    installed.run("install", code=(1, 6)).says("mosaic.db")
    assert database.read_bytes() == damaged

    database.write_bytes(whole)
    installed.run("install")
    assert installed.has_working_token()


def test_the_gateway_outlives_the_terminal_it_was_started_in(installed: Site) -> None:
    installed.run("gateway", "stop")
    terminal = Terminal(installed, "gateway", "start")
    terminal.sees("The gateway answers at").ends()
    terminal.closes()
    assert installed.has_working_token()
    assert installed.supervisor().terminal() is None
    assert os.getsid(installed.gateway().pid) == installed.supervisor().pid


def test_a_stop_lets_the_gateway_end_in_peace(installed: Site) -> None:
    installed.gateway().send_signal(signal.SIGTERM)
    eventually(lambda: not (installed.state / "gateway.pid").exists(), "the supervisor ends too")
    installed.run("gateway", "start")
    assert installed.has_working_token()
