"""What is taken away before the new starts, and what of it stays."""

import pytest
from tests.fake_machine import FakeMachine
from tests.make import FACTS, LAYOUT, make_gateway

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway, RetireStack
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.runtime import Process

pytestmark = pytest.mark.unit

GATEWAY = make_gateway(supervisor="systemd")
UNIT = Process(supervisor="systemd", unit_folder=FACTS.host.unit_folder).unit(LAYOUT)


def test_a_former_unit_goes_unless_the_user_edited_it() -> None:
    unit = WriteFile(path=UNIT, content="[Unit]\n")
    retire = RetireGateway(gateway=GATEWAY)
    for is_edited in (False, True):
        machine = FakeMachine()
        unit.apply(machine)
        if is_edited:
            machine.files.write(UNIT, b"mine")
        retire.apply(machine)
        assert (machine.files.read(UNIT) == b"mine") is is_edited


def test_with_the_last_container_what_compose_reads_goes_too() -> None:
    machine = FakeMachine()
    empty_stack = Stack(layout=LAYOUT, project="mosaic", services=())
    remove = RemoveContainers(stack=empty_stack, services=("postgres", "jaeger"))
    machine.engine.up({"postgres": "a fingerprint", "jaeger": "a fingerprint"})
    WriteFile(path=LAYOUT.compose_file, content="services: {}\n").apply(machine)
    machine.files.write(LAYOUT.compose_override, b"mine")
    remove.apply(machine)
    assert remove.is_done(machine)
    assert machine.engine.services == set()
    assert machine.engine.volumes() == ("jaeger", "postgres")
    assert machine.files.read(LAYOUT.compose_file) is None
    assert machine.files.read(LAYOUT.compose_override) == b"mine"


@pytest.mark.parametrize("content", [None, b"mine", b""])
def test_the_file_of_a_former_form_goes_unless_it_is_not_as_we_wrote_it(
    content: bytes | None,
) -> None:
    machine, file = FakeMachine(), LAYOUT.swarm_file
    stack = Stack(layout=LAYOUT, project="m", services=("postgres",), orchestrator="swarm")
    machine.swarm.up({"postgres": "a fingerprint"})
    WriteFile(path=file, content="{}\n").apply(machine)
    if content is not None:
        machine.files.write(file, content)
    retire = RetireStack(stack=stack)
    assert not retire.is_done(machine)
    retire.apply(machine)
    assert retire.is_done(machine)
    assert machine.files.read(file) == content
    assert machine.swarm.volumes() == ("postgres",)
