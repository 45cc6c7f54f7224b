"""Run a plan: ask each action whether it is done, journal it, do it, and say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.actions import writes
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Report,
    StageStarted,
)
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Plan, Step, is_settled
from mosaic_installer.errors import InstallerError, Interrupted
from mosaic_installer.machine.journal import Journal, begun_steps, rewritten
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many actions changed something, and how many had nothing to do."""

    changed: int
    skipped: int


def apply(plan: Plan, machine: LocalMachine, report: Report) -> Tally:
    """Do everything in `plan` that is not done; holds the lock meanwhile.

    Raises the `InstallerError` of the first action that fails (nothing is rolled back: running
    again goes on from there), and `Interrupted` on Ctrl-C.
    """
    made = _make_way(plan, machine)
    with locked(machine.layout.lock), _journal(machine.layout) as journal:
        for step in made:
            journal.record("begun", step)
        try:
            return _apply_all(plan, made, (machine, report, journal))
        except KeyboardInterrupt:
            raise _interrupted("between two actions") from None


def _make_way(plan: Plan, machine: LocalMachine) -> list[Step]:
    # The lock and the journal need their directory before the plan can be journaled.
    layout = machine.layout
    made = []
    for step in plan:
        match step.action:
            case MakeDirectory(path=path) if path in {layout.home, layout.state}:
                if not step.action.is_done(machine):
                    step.action.apply(machine)
                    made.append(step)
            case _:
                pass
    if machine.files.kind(layout.state) != "directory":
        machine.files.make_directory(layout.state)
    return made


def _apply_all(plan: Plan, made: list[Step], run: tuple[LocalMachine, Report, Journal]) -> Tally:
    machine, report, journal = run
    changed = skipped = 0
    written: set[Path] = set()
    stage = ""
    for step in plan:
        if step.stage != stage:
            stage = step.stage
            report(StageStarted(stage=stage))
        where = {"stage": stage, "action": step.action.describe()}
        if step not in made and is_settled(step.action, written, machine):
            skipped += 1
            report(ActionSkipped(**where))
            continue
        report(ActionStarted(**where))
        if step not in made:
            journal.record("begun", step)
            with _told(step, machine, report, journal):
                step.action.apply(machine)
        changed += 1
        written.update(writes(step.action))
        journal.record("done", step)
        report(ActionDone(**where))
    return Tally(changed=changed, skipped=skipped)


@contextmanager
def _told(step: Step, machine: LocalMachine, report: Report, journal: Journal) -> Iterator[None]:
    where = {"stage": step.stage, "action": step.action.describe()}
    said: set[str] = set()

    def tell(text: str) -> None:
        if text not in said:
            said.add(text)
            report(ActionProgressed(**where, text=text))

    machine.teller = tell
    try:
        yield
    except InstallerError as error:
        journal.record("failed", step)
        report(ActionFailed(**where, id=error.identifier, message=error.message, hint=error.hint))
        raise
    except KeyboardInterrupt:
        journal.record("interrupted", step)
        raise _interrupted(f"at: {where['action']}") from None


def _interrupted(where: str) -> Interrupted:
    return Interrupted(
        f"interrupted {where}",
        "what was done so far is kept; `mosaic install` goes on from here, "
        "`mosaic uninstall` takes it back",
    )


@contextmanager
def _journal(layout: Layout) -> Iterator[Journal]:
    journal = Journal(layout.journal, layout.root)
    try:
        yield journal
    finally:
        journal.close()


def undo(machine: LocalMachine, report: Report, *, purge: bool) -> tuple[Step, ...]:
    """Walk the journal backwards and take back every step; return what is still there.

    Goes on after a step that fails, so that one obstacle does not keep everything else; then
    raises the first error. A purge ends with the journal itself, unless something failed: then
    the journal keeps what is left, so that the next one can go on.
    """
    layout = machine.layout
    with locked(layout.lock):
        steps = begun_steps(layout.journal, layout.root)
        errors = []
        failed = []
        for step in reversed(steps):
            where = {"stage": step.stage, "action": step.action.describe()}
            try:
                step.action.undo(machine, purge=purge)
            except InstallerError as error:
                errors.append(error)
                failed.append(step)
                report(
                    ActionFailed(
                        **where, id=error.identifier, message=error.message, hint=error.hint
                    )
                )
            else:
                report(ActionDone(**where))
        if failed and machine.files.kind(layout.state) == "absent":
            machine.files.make_directory(layout.state)
        left = tuple(step for step in steps if step in failed or _is_left(step, machine))
        _keep_account(left, machine, is_over=purge and not failed)
    if errors:
        raise errors[0]
    return left


def _is_left(step: Step, machine: LocalMachine) -> bool:
    match step.action:
        case MakeDirectory(path=path):
            return machine.files.kind(path) != "absent"
        case action:
            return any(machine.files.kind(path) != "absent" for path in writes(action))


def _keep_account(left: tuple[Step, ...], machine: LocalMachine, *, is_over: bool) -> None:
    # What stays must be known, so that a later purge can take it away.
    state = machine.layout.state
    if is_over:
        machine.files.remove_directory(state, with_contents=True)
    else:
        machine.files.write(machine.layout.journal, rewritten(left, machine.layout.root))
