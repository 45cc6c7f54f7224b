"""Applying a plan on the real machine: journaled in order, failed loudly, taken up again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.secrets import GenerateSecrets, WriteSecret
from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionSkipped,
    ActionStarted,
    Event,
    StageStarted,
)
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Plan, Step
from mosaic_installer.errors import InstallerError, Interrupted, LockedError
from mosaic_installer.machine.apply import Tally, apply
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.undo import undo

pytestmark = pytest.mark.unit


def nobody(_event: Event) -> None:
    pass


def interrupt_at(kind: type[Event]) -> Callable[[Event], None]:
    def report(event: Event) -> None:
        if isinstance(event, kind):
            raise KeyboardInterrupt

    return report


@pytest.fixture
def machine(tmp_path: Path) -> LocalMachine:
    return LocalMachine(Layout.under(tmp_path / "m"))


def plan_of(layout: Layout) -> Plan:
    actions: list[tuple[str, Action]] = [
        *(("Folders", MakeDirectory(path=p, is_ours_alone=False)) for p in layout.directories),
        ("Secrets", GenerateSecrets(path=layout.secrets, names=("one",))),
        ("Secrets", WriteSecret(path=layout.session_secret, name="one", owner=layout.secrets)),
        ("Configuration", WriteFile(path=layout.gateway_config, content="{}\n")),
    ]
    return tuple(Step(stage=stage, action=action) for stage, action in actions)


def journaled(layout: Layout) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in layout.journal.read_text().splitlines()]
    return [(row["outcome"], row["kind"]) for row in rows if "outcome" in row]


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if "journal" not in path.name
    }


def test_everything_is_done_journaled_in_order_and_said(machine: LocalMachine) -> None:
    said: list[Event] = []
    plan = plan_of(machine.layout)
    assert apply(plan, machine, said.append) == Tally(changed=len(plan), skipped=0)
    assert all(step.action.is_done(machine) for step in plan)
    begun = [kind for outcome, kind in journaled(machine.layout) if outcome == "begun"]
    done = [kind for outcome, kind in journaled(machine.layout) if outcome == "done"]
    assert begun == done == [type(step.action).__name__ for step in plan]
    assert [event.stage for event in said if isinstance(event, StageStarted)] == [
        "Folders",
        "Secrets",
        "Configuration",
    ]
    for kind in (ActionStarted, ActionDone):
        assert [event.action for event in said if isinstance(event, kind)] == [
            step.action.describe() for step in plan
        ]


def test_every_directory_and_file_is_private(machine: LocalMachine) -> None:
    apply(plan_of(machine.layout), machine, nobody)
    for path in machine.layout.root.rglob("*"):
        assert not path.stat().st_mode & 0o077, path


def test_applying_again_skips_everything_and_changes_nothing(machine: LocalMachine) -> None:
    plan = plan_of(machine.layout)
    apply(plan, machine, nobody)
    before = tree(machine.layout.root)
    journal = machine.layout.journal.read_bytes()
    said: list[Event] = []
    assert apply(plan, machine, said.append) == Tally(changed=0, skipped=len(plan))
    assert tree(machine.layout.root) == before
    assert machine.layout.journal.read_bytes() == journal
    assert {type(event) for event in said} == {StageStarted, ActionSkipped}


def test_a_step_that_rests_on_a_changed_file_is_done_again(machine: LocalMachine) -> None:
    plan = plan_of(machine.layout)
    apply(plan, machine, nobody)
    machine.layout.secrets.chmod(0o644)
    assert apply(plan, machine, nobody).changed == 2


def test_a_failure_is_journaled_said_and_raised_and_nothing_is_rolled_back(
    machine: LocalMachine,
) -> None:
    plan = plan_of(machine.layout)
    apply(plan[:-1], machine, nobody)
    machine.layout.gateway_config.mkdir()  # in the way of the last file
    obstacle = Step(
        stage="X", action=MakeDirectory(path=machine.layout.secrets, is_ours_alone=True)
    )
    said: list[Event] = []
    with pytest.raises(InstallerError, match="is in the way") as failed:
        apply((*plan[:-1], obstacle, *plan[-1:]), machine, said.append)
    assert journaled(machine.layout)[-2:] == [
        ("begun", "MakeDirectory"),
        ("failed", "MakeDirectory"),
    ]
    last = said[-1]
    assert isinstance(last, ActionFailed)
    assert (last.id, last.message, last.hint) == (
        failed.value.identifier,
        failed.value.message,
        failed.value.hint,
    )
    assert machine.layout.session_secret.exists()


@pytest.mark.parametrize("when", [StageStarted, ActionStarted, ActionDone])
def test_ctrl_c_ends_the_run_with_130_and_the_next_run_goes_on(
    machine: LocalMachine, when: type[Event]
) -> None:
    plan = plan_of(machine.layout)
    with pytest.raises(Interrupted, match=r"^interrupted ") as interrupted:
        apply(plan, machine, interrupt_at(when))
    assert interrupted.value.exit_code == 130
    assert "`mosaic install` continues from here" in interrupted.value.hint
    apply(plan, machine, nobody)
    assert all(step.action.is_done(machine) for step in plan)


def test_ctrl_c_inside_an_action_names_it_and_is_journaled(
    machine: LocalMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_path: object, _content: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(machine.files, "write", interrupt)
    with pytest.raises(Interrupted, match="at: Generate 1 secret"):
        apply(plan_of(machine.layout), machine, nobody)
    assert journaled(machine.layout)[-1] == ("interrupted", "GenerateSecrets")


def test_two_runs_at_once_are_refused(machine: LocalMachine) -> None:
    plan = plan_of(machine.layout)
    apply(plan, machine, nobody)
    before = tree(machine.layout.root)
    with locked(machine.layout.lock), pytest.raises(LockedError):
        apply(plan, machine, nobody)
    assert tree(machine.layout.root) == before


def test_what_the_slower_of_two_runs_made_is_taken_back_as_well(
    machine: LocalMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One makes the home, the other is faster to the lock, and finds the home there."""

    @contextmanager
    def locked_by_the_other(path: Path) -> Iterator[None]:
        with locked(path), locked(path):
            yield

    with monkeypatch.context() as patch:
        patch.setattr("mosaic_installer.machine.apply.locked", locked_by_the_other)
        with pytest.raises(LockedError):
            apply(plan_of(machine.layout), machine, nobody)
    apply(plan_of(machine.layout), machine, nobody)
    undo(machine, nobody, purge=True)
    assert not machine.layout.root.exists()


def test_the_lock_is_free_after_a_failure(machine: LocalMachine) -> None:
    with pytest.raises(Interrupted):
        apply(plan_of(machine.layout), machine, interrupt_at(ActionDone))
    with locked(machine.layout.lock):
        pass


def test_a_home_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    machine = LocalMachine(Layout.under(tmp_path / "file" / "m"))
    with pytest.raises(InstallerError, match="cannot write"):
        apply(plan_of(machine.layout), machine, nobody)
