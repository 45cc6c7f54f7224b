"""What holds for every action: done once, done again changes nothing, undone leaves nothing.

A new action is named by these tests until it has a case in `action_cases.py`.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.core.action_cases import CASES, KINDS, NAMES, Case
from tests.fake_engine import FakeEngine
from tests.fake_machine import FakeFiles, FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.about import LOOKS_ONLY
from mosaic_installer.core.actions.gateway import FreePorts, StartGateway, WaitUntilHealthy
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import fields, replace
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.machine.images import Images
from mosaic_installer.core.machine.tasks import Tasks
from mosaic_installer.errors import InstallerError

pytestmark = pytest.mark.unit

every_action = pytest.mark.parametrize("case", CASES, ids=NAMES)


def test_every_action_has_a_case() -> None:
    assert {kind.__name__ for kind in KINDS} - set(NAMES) == set()
    assert len(NAMES) == len(KINDS)


@every_action
def test_an_action_does_its_work_once_and_takes_it_back(case: Case) -> None:
    machine = case.machine()
    before = machine.state()
    assert case.action.is_done(machine) is case.is_proof
    assert machine.state() == before

    case.action.apply(machine)
    assert case.action.is_done(machine)
    done = machine.state()
    if not case.is_for_once:
        case.action.apply(machine)
        assert machine.state() == done

    for _ in range(2):
        case.action.undo(machine, purge=True)
        assert _without(machine.state(), case.outlives) == _without(before, case.outlives)


@every_action
def test_what_an_uninstall_does_about_it_is_said(case: Case) -> None:
    machine = case.machine()
    case.action.apply(machine)
    before = machine.state()
    for purge in (False, True):
        case.action.undo(machine, purge=purge)
        after = machine.state()
        assert after == before or case.action.about.undone(purge=purge), f"{purge=}"
        before = after


@every_action
def test_an_action_says_what_it_does_in_one_line(case: Case) -> None:
    sentence = case.action.describe()
    assert sentence[0].isupper()
    assert sentence == " ".join(sentence.split())


@every_action
def test_an_action_says_why_it_is_done_and_what_takes_it_back(case: Case) -> None:
    about = case.action.about
    for sentence in (about.why, about.undone_by, about.touches):
        assert sentence
        assert sentence == " ".join(sentence.split())
    machine = case.machine()
    before = machine.state()
    case.action.apply(machine)
    if machine.state() != before:
        assert about.touches != LOOKS_ONLY


def files_of(machine: FakeMachine) -> set[tuple[Path, tuple[object, ...]]]:
    return {(path, tuple(vars(row).values())) for path, row in machine.files.entries.items()}


@every_action
def test_an_action_names_every_file_that_it_changes(case: Case) -> None:
    machine = case.machine()
    for change in (case.action.apply, lambda machine: case.action.undo(machine, purge=True)):
        before = files_of(machine)
        change(machine)
        changed = {path for path, _ in before ^ files_of(machine)}
        assert changed <= {*case.action.about.writes, case.open_to_all}


@dataclass
class WatchedFiles(FakeFiles):
    """Files that know which of them were read."""

    seen: set[Path] = field(default_factory=set)

    def read(self, path: Path) -> bytes | None:
        self.seen.add(path)
        return super().read(path)


ASKED = {name for door in (Images, Containers, Tasks) for name in vars(door) if name[0] != "_"}


@dataclass
class WatchedEngine(FakeEngine):
    """An engine that knows whether it was asked."""

    is_asked: bool = False

    def __getattribute__(self, name: str) -> Any:
        if name in ASKED:
            self.is_asked = True
        return super().__getattribute__(name)


def watched(machine: FakeMachine) -> tuple[WatchedFiles, WatchedEngine]:
    """Watch a machine from now on."""
    files = WatchedFiles(**vars(machine.files))
    engine = WatchedEngine(**vars(machine.engine))
    machine.files = machine.vault.files = files
    machine.engine = engine
    return files, engine


@every_action
def test_an_action_names_all_that_decides_whether_it_is_done(case: Case) -> None:
    machine = case.machine()
    about = case.action.about
    files, engine = watched(machine)
    case.action.is_done(machine)
    is_asked = engine.is_asked
    seen = files.seen.copy()
    case.action.apply(machine)
    files.seen.clear()
    case.action.is_done(machine)
    assert files.seen | seen <= {*about.reads, *about.writes}
    assert is_asked is about.asks_engine


@pytest.mark.parametrize("kind", [StartGateway, FreePorts, WaitUntilHealthy])
def test_of_a_gateway_in_a_container_only_the_engine_knows(kind: type[Any]) -> None:
    stack = Stack(layout=LAYOUT, project="mosaic", services=("gateway",))
    deadline = {"deadline": 5.0} if kind is WaitUntilHealthy else {}
    gateways = make_gateway(), make_gateway(stack=stack)
    process, container = (kind(gateway=gateway, **deadline) for gateway in gateways)
    assert not process.about.asks_engine
    assert container.about.asks_engine


def others(value: object) -> Iterator[object]:
    """Yield values that a field could have instead."""
    match value:
        case bool():
            yield not value
        case str():
            yield f"{value}x"
        case int() | float():
            yield value + 1
        case Path():
            yield value.with_name(f"{value.name}x")
        case tuple():
            yield (*value, "another")
        case Gateway():
            yield replace(value, port=value.port + 1)
        case Stack():
            yield replace(value, services=value.services[:1])
        case _:
            pass


def changed(action: Any, name: str, value: object) -> Action:
    variant: Action = replace(action, **{name: value})
    return variant


VARIANTS = [
    pytest.param(case, changed(case.action, row.name, value), id=f"{case.name}-{row.name}")
    for case in CASES
    for row in fields(case.action)
    for value in others(getattr(case.action, row.name))
]


@pytest.mark.parametrize(("case", "variant"), VARIANTS)
def test_what_two_actions_made_is_undone_even_if_they_are_undone_as_one(
    case: Case, variant: Action
) -> None:
    machine = case.machine()
    before = machine.state()
    begun = {}
    for action in (case.action, variant):
        begun[action.about.identity] = action
        if not action.is_done(machine):
            with suppress(InstallerError):  # this one cannot be made, so there is nothing of it
                action.apply(machine)
    for action in reversed(begun.values()):
        action.undo(machine, purge=True)
    assert _without(machine.state(), case.outlives) == _without(before, case.outlives)


def _without(state: dict[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in state.items() if name not in names}
