"""The gateway as a process: started, stopped, killed, mistaken, kept from its port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from tests.e2e.program import Site, eventually
from tests.e2e.terminal import Terminal

from mosaic_installer.machine.processes.ending import has_ended

pytestmark = pytest.mark.install

SUPERVISOR = "mosaic_installer.machine.processes.supervisor"


def test_the_gateway_stops_starts_and_restarts(installed: Site) -> None:
    first = installed.gateway()
    assert f"answers at {installed.url}" in installed.run("gateway", "restart").stderr
    assert has_ended(first)
    second = installed.gateway()
    assert "was running already" in installed.run("gateway", "start").stderr
    assert installed.gateway() == second

    assert "is stopped" in installed.run("gateway", "stop").stderr
    assert has_ended(second)
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


def test_a_stopped_gateway_is_started_by_an_install(stopped: Site) -> None:
    stopped.run("install")
    assert stopped.has_working_token()


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
    eventually(lambda: has_ended(gateway), "the gateway ends with its supervisor")
    assert "stopped" in installed.run("status", code=6).stdout
    assert "✗ the gateway is not running" in installed.run("doctor", code=9).stdout
    installed.run("install")
    assert installed.supervisor() != supervisor
    assert installed.has_working_token()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("content", ["", "not a number", "999999999", "0", "-1"])
def test_a_stale_pid_file_is_taken_for_what_it_is(stopped: Site, content: str) -> None:
    (stopped.state / "gateway.pid").write_text(content)
    assert "stopped" in stopped.run("status", code=6).stdout
    assert "was not running" in stopped.run("gateway", "stop").stderr
    stopped.run("gateway", "start")
    assert stopped.has_working_token()


def test_a_pid_file_that_names_a_foreign_process_leaves_it_alone(stopped: Site) -> None:
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as foreign:
        (stopped.state / "gateway.pid").write_text(f"{foreign.pid}\n")
        assert "stopped" in stopped.run("status", code=6).stdout
        stopped.run("gateway", "stop")
        stopped.run("install")
        assert stopped.supervisor().pid != foreign.pid
        stopped.run("uninstall", "--purge", "--yes")
        assert foreign.poll() is None
        assert foreign.stdin
        foreign.stdin.close()
    assert stopped.processes() == []


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


def test_a_port_that_another_program_took_is_said_at_the_start(stopped: Site) -> None:
    with socket.create_server(("127.0.0.1", stopped.port)):
        taken = f"port {stopped.port} on 127.0.0.1 is taken by `"
        for verb in ("start", "restart"):
            done = stopped.run("gateway", verb, code=1)
            done.says(taken, f"(pid {os.getpid()})", "--set gateway.port=")
        stopped.run("install", code=4).says(taken, "port-is-free")
        assert "another program answers" not in stopped.run("status", code=6).stdout
    stopped.run("gateway", "start")
    assert stopped.has_working_token()


def test_a_gateway_that_dies_at_its_start_shows_its_last_words(installed: Site) -> None:
    config = installed.config / "mosaic.config.json"
    whole = config.read_text()
    broken = json.loads(whole)
    broken["storage"]["path"] = str(installed.home / "no/such/folder/mosaic.db")
    config.write_text(json.dumps(broken))
    done = installed.run("gateway", "restart", code=6)
    done.says("the gateway stopped right after it started", "the last lines of its log:")
    done.says("no/such/folder")
    installed.run("install", code=(1, 6)).says("no/such/folder")
    assert json.loads(config.read_text()) == broken, "what the user edited stays"

    config.write_text(whole)
    installed.run("install")
    assert installed.has_working_token()


def test_a_damaged_database_is_said_and_kept(stopped: Site) -> None:
    database = stopped.home / "data/mosaic.db"
    whole = database.read_bytes()
    database.write_bytes(b"this is no database " * 1000)
    damaged = database.read_bytes()
    stopped.run("gateway", "start", code=6).says("the last lines of its log:", "mosaic.db")
    stopped.run("install", code=4).says("mosaic.db", "database-is-sound")
    assert database.read_bytes() == damaged

    database.write_bytes(whole)
    stopped.run("install")
    assert stopped.has_working_token()


def test_the_gateway_outlives_the_terminal_it_was_started_in(stopped: Site) -> None:
    terminal = Terminal(stopped, "gateway", "start")
    terminal.sees("The gateway answers at").ends()
    terminal.closes()
    assert stopped.has_working_token()
    assert stopped.supervisor().terminal() is None
    assert os.getsid(stopped.gateway().pid) == stopped.supervisor().pid


def test_a_stop_lets_the_gateway_end_in_peace(installed: Site) -> None:
    installed.gateway().send_signal(signal.SIGTERM)
    eventually(lambda: not (installed.state / "gateway.pid").exists(), "the supervisor ends too")
    installed.run("gateway", "start")
    assert installed.has_working_token()
