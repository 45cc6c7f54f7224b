"""A gateway that is suspended, or does not end: nobody waits for it, and it is started again."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.program import DEADLINE, Site
from tests.make import make_gateway

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.share import Said
from mosaic_installer.machine.processes import daemon
from mosaic_installer.machine.processes.ending import has_ended

pytestmark = pytest.mark.install


@pytest.mark.parametrize("who", ["supervisor", "gateway", "both"])
def test_one_that_was_stopped_keeps_nobody_waiting(installed: Site, who: str) -> None:
    supervisor, gateway = installed.supervisor(), installed.gateway()
    if who != "gateway":
        supervisor.suspend()
    if who != "supervisor":
        gateway.suspend()
    begun = time.monotonic()
    status = installed.run("status", code=0 if who == "supervisor" else 6)
    assert time.monotonic() - begun < 4.0
    assert ("suspended (SIGSTOP)" in status.stdout) is (who != "supervisor")
    if who != "supervisor":
        installed.run("token", "list", code=1).says("does not answer")
    begun = time.monotonic()
    assert "is stopped" in installed.run("gateway", "stop").stderr
    assert time.monotonic() - begun < 10.0
    for process in (supervisor, gateway):
        assert has_ended(process)
    installed.run("gateway", "start")
    assert installed.has_working_token()


@pytest.mark.parametrize("who", ["supervisor", "gateway"])
def test_one_that_was_suspended_is_started_again_by_an_install(installed: Site, who: str) -> None:
    gateway = installed.gateway()
    halted = gateway if who == "gateway" else installed.supervisor()
    halted.suspend()
    said = installed.run("doctor", code=9).stdout
    assert "✗ the gateway is not running" in said
    assert (f"suspended (SIGSTOP), process {gateway.pid}," in said) is (who == "gateway")
    # One that hangs would be waited for until the deadline, and then be unhealthy: exit 6.
    installed.run("install")
    assert has_ended(halted)
    assert "Already up to date" in installed.run("install").stderr
    assert installed.has_working_token()


DEAF = """
import fcntl, os, signal, sys
from mosaic_installer.machine.processes.ending import has_ended
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
