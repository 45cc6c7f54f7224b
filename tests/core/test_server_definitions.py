"""What a server is made of: when that changes it is made anew, and the others are left alone."""

import pytest
from tests.core.container_cases import STANDALONE
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_answers, make_facts

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.servers import StartServers, fingerprints
from mosaic_installer.core.containers.compose import fingerprints_of
from mosaic_installer.core.plan import make_plan
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

OVERRIDE = LAYOUT.compose_override
ALL = {**STANDALONE, "tier": "federated", "telemetry_enabled": True, "web_image": "a/b:1"}


def started(**answers: object) -> tuple[StartServers, FakeMachine]:
    """What starts the servers of these answers, on a machine that has its files."""
    machine = FakeMachine()
    for step in make_plan(STAGES, make_facts(), make_answers(**STANDALONE | answers)):
        if isinstance(step.action, WriteFile):
            step.action.apply(machine)
        if isinstance(step.action, StartServers):
            return step.action, machine
    raise AssertionError("there are no servers")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def test_a_server_changes_with_its_own_values_only() -> None:
    before, after = (fingerprints(*started(images_valkey=f"a/b:{n}")) for n in (1, 2))
    assert changed(before, after) == {"valkey"}


def test_a_server_stays_as_it_is_when_another_comes() -> None:
    before, after = (fingerprints(*started(telemetry_enabled=is_on)) for is_on in (False, True))
    assert after.keys() - before.keys() == {"jaeger", "otel-collector"}
    assert all(after[name] == before[name] for name in before)


def test_a_server_changes_with_the_files_that_it_reads() -> None:
    action, machine = started()
    before = fingerprints(action, machine)
    machine.files.write(LAYOUT.valkey_users, b"others")
    assert changed(before, fingerprints(action, machine)) == {"valkey"}


def test_a_note_for_people_is_no_value() -> None:
    facts, answers = make_facts(), make_answers(**ALL)
    before = fingerprints_of(facts, answers)
    assert before == fingerprints_of(facts, make_answers(**ALL, agent_name="Another"))


def test_a_compose_file_that_somebody_edited_is_what_every_server_is_made_of() -> None:
    action, machine = started()
    before = fingerprints(action, machine)
    machine.files.write(LAYOUT.compose_file, b"services: {}")
    assert changed(before, fingerprints(action, machine)) == set(before)


@pytest.mark.parametrize(
    ("override", "servers"),
    [
        (b"services: {valkey: {mem_limit: 300m}}\n", {"valkey"}),
        (b"services:\n  gateway:\n    mem_limit: 2g\n", set()),
        (b"networks: {default: {internal: true}}\n", {"postgres", "valkey"}),
    ],
)
def test_an_override_concerns_the_servers_that_it_names_or_all(
    override: bytes, servers: set[str]
) -> None:
    action, machine = started()
    before = fingerprints(action, machine)
    machine.files.write(OVERRIDE, override)
    assert changed(before, fingerprints(action, machine)) == servers
