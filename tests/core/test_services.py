"""The rows of services: they agree with the rows of the questionnaire that they name."""

from itertools import product
from pathlib import Path

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import CATALOGUE, Answers, value_of
from mosaic_installer.core.containers.compose import WELL
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.services.telemetry import JAEGER_ROW, OTEL_COLLECTOR
from mosaic_installer.core.containers.services.valkey import VALKEY
from mosaic_installer.core.containers.users import GATEWAY_USER
from mosaic_installer.core.containers.wanted import is_wanted, wanted_services
from mosaic_installer.core.questionnaire.conditions import is_met
from mosaic_installer.core.questionnaire.gateway import RUNTIME
from mosaic_installer.core.questionnaire.kinds import IMAGE, PORT, YES_NO
from mosaic_installer.core.rendering import render
from mosaic_installer.core.runtime import KINDS
from mosaic_installer.core.settling.interview import parse
from mosaic_installer.core.tiers import TIERS
from mosaic_installer.stages import configuration

pytestmark = pytest.mark.unit

SWITCHES = {
    key
    for service in SERVICES
    for key in (service.switch, service.instead, service.image)
    if key in CATALOGUE and (CATALOGUE[key].is_optional or CATALOGUE[key].kind is YES_NO)
}
"""What turns a service on or off besides the tier, and where the gateway runs."""


def either(key: str) -> tuple[object, object]:
    """Return what a switch can be: off and on, or none and something."""
    setting = CATALOGUE[key]
    return (False, True) if setting.kind is YES_NO else (None, parse(setting, setting.example))


CHOICES = {
    "tier": TIERS,
    "gateway_runtime": tuple(KINDS),
    **{key.replace(".", "_", 1): either(key) for key in sorted(SWITCHES)},
}
ALL = [
    make_answers(**dict(zip(CHOICES, values, strict=True))) for values in product(*CHOICES.values())
]


def counts(key: str, answers: Answers) -> bool:
    known = {each: value_of(answers, each) for each in CATALOGUE}
    return all(is_met(condition, known) for condition in CATALOGUE[key].when)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_its_image_is_asked_for_where_it_is_wanted_and_nowhere_else(service: Service) -> None:
    for answers in ALL:
        has_image = service.name == GATEWAY or value_of(answers, service.image) is not None
        is_possible = answers.tier != "local"  # the gateway's runtime is refused there by a check
        asked = counts(service.image, answers) and has_image and is_possible
        assert asked is is_wanted(service, answers), answers


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_settings_that_it_names_are_of_their_kinds(service: Service) -> None:
    assert CATALOGUE[service.image].kind is IMAGE or service.name == GATEWAY
    assert all(CATALOGUE[port.setting].kind is PORT for port in service.ports)
    assert {*filter(None, (service.switch, service.instead))} <= CATALOGUE.keys()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_port_is_asked_for_where_its_service_is_wanted(service: Service) -> None:
    for port in service.ports:
        for answers in ALL:
            assert counts(port.setting, answers) >= is_wanted(service, answers), answers


def test_a_service_has_one_row_and_its_secret_is_in_its_files() -> None:
    assert len({service.name for service in SERVICES}) == len(SERVICES)
    for service in SERVICES:
        held = {file.secret for file in service.files} - {""}
        assert held == ({service.secret} - {""})


def test_every_way_to_run_that_can_be_chosen_is_known() -> None:
    assert set(RUNTIME.words) == set(KINDS)


@pytest.mark.parametrize("runtime", KINDS)
def test_whoever_runs_a_service_may_read_its_files_also_where_root_installs(runtime: str) -> None:
    facts = make_facts({"person.uid": 0, "person.gid": 0})
    answers = make_answers(tier="federated", gateway_runtime=runtime, telemetry_enabled=True)
    readers = {
        action.path.relative_to(facts.host.layout.config).as_posix(): action.reader
        for action in configuration.plan(facts, answers)
        if isinstance(action, WriteFile)
    }
    for service in wanted_services(answers):
        for file in service.files:
            if not file.secret:
                assert readers[file.path] == (GATEWAY_USER if service.user == "ours" else None)


def test_what_valkey_keeps_leaves_room_for_the_fork_that_writes_it_anew() -> None:
    (command,) = VALKEY.command or ()
    kept = int(command.partition("--maxmemory ")[2].partition("mb")[0])
    buffers = 64
    assert kept * 2 + buffers <= int(VALKEY.memory.removesuffix("m"))
    assert kept >= 384, "what released versions let an installation keep"
    assert "--save ''" in command


def test_what_jaeger_keeps_fits_into_its_memory_and_its_health_is_asked_for() -> None:
    (file,) = JAEGER_ROW.files
    shown = render(f"config/{file.path}", answers=make_answers())
    assert "max_traces: 5000}" in shown
    address = JAEGER_ROW.health.test[-1] if JAEGER_ROW.health else ""
    assert address.removesuffix("/status").removeprefix("http://") in shown


def test_the_collector_refuses_traces_before_it_is_out_of_memory() -> None:
    (file,) = OTEL_COLLECTOR.files
    shown = render(f"config/{file.path}", answers=make_answers())
    limit = int(shown.partition("limit_mib: ")[2].partition(",")[0])
    assert limit <= 0.75 * int(OTEL_COLLECTOR.memory.removesuffix("m"))
    assert "processors: [memory_limiter, " in shown


@pytest.mark.parametrize("row", SERVICES, ids=lambda row: row.name)
def test_who_rests_between_health_checks_can_remember_that_all_was_well(row: Service) -> None:
    if row.health is not None and row.health.rest:
        assert str(Path(WELL).parent) in [place.partition(":")[0] for place in row.scratch]
