"""Starting the gateway and waiting for it, in the time of a fake clock."""

import pytest
from tests.fake_machine import FakeMachine
from tests.make import make_gateway

from mosaic_gateway.errors import MigrationError
from mosaic_installer.core.actions.gateway import StartGateway, WaitUntilHealthy, fingerprint
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import (
    DatabaseNotMigrated,
    GatewayDied,
    ServerUnhealthy,
    UnhealthyError,
)

pytestmark = pytest.mark.unit

GATEWAY = make_gateway()
START = StartGateway(gateway=GATEWAY)
WAIT = WaitUntilHealthy(gateway=GATEWAY, deadline=5.0)
LINES = tuple(f"line {number}" for number in range(40))


def started(*, delay: float = 0.0, lives: float = float("inf")) -> FakeMachine:
    machine = FakeMachine()
    machine.gateway_service.lines = LINES
    machine.gateway_service.lives = lives
    machine.gateway_api.delay = delay
    START.apply(machine)
    return machine


def test_a_gateway_that_answers_at_once_is_not_waited_for() -> None:
    machine = started()
    assert WAIT.is_done(machine)
    WAIT.apply(machine)
    assert machine.clock.now == 0


def test_a_slow_gateway_is_waited_for_and_the_wait_is_told() -> None:
    machine = started(delay=3.0)
    assert not WAIT.is_done(machine)
    WAIT.apply(machine)
    assert 3.0 <= machine.clock.now < 3.3
    assert machine.told[0] == "10 s left at most"


def test_a_gateway_that_a_swarm_still_waits_for_is_waited_for_although_it_answers() -> None:
    machine = started()
    machine.gateway_service.is_starting = True
    assert not WAIT.is_done(machine)


def test_a_gateway_that_died_ends_the_wait_at_once_with_its_last_lines() -> None:
    machine = started(delay=3.0, lives=0.5)
    with pytest.raises(GatewayDied) as died:
        WAIT.apply(machine)
    assert machine.clock.now < 1.0
    assert died.value.last_lines == LINES[-15:]


def test_a_database_that_could_not_be_migrated_is_named() -> None:
    machine = started(delay=3.0, lives=0.5)
    said = str(MigrationError("it is locked by another program", "end that program"))
    machine.gateway_service.lines = (*LINES, f"error: {said}", "", "hint: end that program")
    with pytest.raises(GatewayDied, match="could not upgrade its database") as died:
        WAIT.apply(machine)
    assert died.value.identifier == "database-not-migrated"
    assert f"error: {said}" in died.value.last_lines
    assert died.value.hint == "end that program; then run `mosaic install` again"
    machine.gateway_service.lines = (f"error: {said}", "error: the port is taken")
    with pytest.raises(GatewayDied) as died:
        WAIT.apply(machine)
    assert died.value.identifier == "gateway-died"


def test_a_database_that_could_not_be_migrated_from_a_container_is_named() -> None:
    machine = FakeMachine()
    said = str(MigrationError("it is of version `9999`", "install the newer version again"))
    machine.engine.crash = (*LINES, f"error: {said}", "", "hint: install the newer version again")
    stack = Stack(layout=GATEWAY.layout, project="mosaic", services=("gateway",))
    wait = replace(WAIT, gateway=make_gateway(stack=stack))
    with pytest.raises(DatabaseNotMigrated, match="could not upgrade its database") as died:
        wait.apply(machine)
    assert died.value.hint == "install the newer version again; then run `mosaic install` again"
    machine.engine.crash = (f"error: {said}", "error: the port is taken")
    with pytest.raises(ServerUnhealthy, match="crashes again and again") as crashed:
        wait.apply(machine)
    assert crashed.value.last_lines == machine.engine.crash


def test_a_gateway_that_is_too_slow_ends_the_wait_at_the_deadline_with_its_last_lines() -> None:
    machine = started(delay=60.0)
    with pytest.raises(UnhealthyError, match="did not answer within 5 s") as slow:
        WAIT.apply(machine)
    assert 5.0 < machine.clock.now < 5.5
    assert slow.value.last_lines == LINES[-15:]
    assert not isinstance(slow.value, GatewayDied)


def test_another_program_that_answers_on_the_port_is_not_our_gateway() -> None:
    machine = started(lives=0.0)
    assert not WAIT.is_done(machine)


def test_a_gateway_that_runs_with_older_files_is_started_anew() -> None:
    machine = started()
    assert START.is_done(machine)
    for path in GATEWAY.reads:
        machine.files.write(path, b"changed")
        assert not START.is_done(machine)
        START.apply(machine)
        assert START.is_done(machine)
    assert machine.gateway_service.starts == 1 + len(GATEWAY.reads)


@pytest.mark.parametrize("change", [{"version": "9.9.9"}, {"python": "/other/python"}])
def test_another_version_or_interpreter_starts_the_gateway_anew(change: dict[str, str]) -> None:
    machine = started()
    other = make_gateway(**change)
    assert fingerprint(other, machine) != fingerprint(GATEWAY, machine)
    assert not replace(START, gateway=other).is_done(machine)


def test_the_supervisor_is_named() -> None:
    daemon = replace(START, gateway=make_gateway(supervisor="daemon"))
    assert START.describe() == "Start the gateway as a systemd service on http://127.0.0.1:14242"
    assert daemon.describe() == "Start the gateway as a process on http://127.0.0.1:14242"
