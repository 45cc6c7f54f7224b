"""Run a plan: ask each action whether it is done, journal it, do it, and say so."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.watch import WatchServices
from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Report,
    StageStarted,
)
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Plan, Step, is_settled
from mosaic_installer.core.share import Remark, Said, Share, Tell
from mosaic_installer.errors import InstallerError, Interrupted, LockedError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.records.journal import Journal, note_beside


@frozen
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
    with ExitStack() as held:
        try:
            held.enter_context(locked(machine.layout.lock))
        except LockedError:
            # Whoever was faster found these there, and would leave them to their owner for ever.
            if made:
                note_beside(machine.layout.journal, made)
            raise
        journal = held.enter_context(_journal(machine.layout))
        for step in made:
            journal.record("begun", step)
        try:
            return _Run(machine, report, journal).take(plan, made)
        except KeyboardInterrupt:
            raise _interrupted("between two steps") from None


def _make_way(plan: Plan, machine: LocalMachine) -> list[Step]:
    # The lock and the journal need their directory before the plan can be journaled.
    layout = machine.layout
    made = []
    for step in plan:
        action = step.action
        is_needed = isinstance(action, MakeDirectory) and action.path in {layout.home, layout.state}
        if is_needed and not action.is_done(machine):
            action.apply(machine)
            made.append(step)
    if machine.files.kind(layout.state) != "directory":
        machine.files.make_directory(layout.state)
    return made


class _Run:
    """One run: what it has written so far decides what comes after."""

    def __init__(self, machine: LocalMachine, report: Report, journal: Journal) -> None:
        self._machine = machine
        self._report = report
        self._journal = journal
        self._written: set[Path] = set()

    def take(self, plan: Plan, made: list[Step]) -> Tally:
        """Take every step that is not done; those in `made` were, before there was a journal."""
        changed = 0
        stage = ""
        for step in plan:
            if step.stage != stage:
                stage = step.stage
                self._report(StageStarted(stage=stage))
            if step not in made and is_settled(step.action, self._written, self._machine):
                self._report(ActionSkipped(**_where(step)))
            else:
                self._take(step, is_made=step in made)
                changed += 1
        return Tally(changed=changed, skipped=len(plan) - changed)

    def _take(self, step: Step, *, is_made: bool) -> None:
        self._report(ActionStarted(**_where(step)))
        if not is_made:
            self._journal.record("begun", step)
            self._machine.teller = self._teller(step)
            with self._told(step):
                step.action.apply(self._machine)
        self._written.update(step.action.about.writes)
        self._journal.record("done", step)
        self._report(ActionDone(**_where(step)))

    def _teller(self, step: Step) -> Tell:
        told: set[Said] = set()

        def tell(said: Said) -> None:
            if said not in told:
                told.add(said)
                share = said if isinstance(said, Share) else None
                stays, text = isinstance(said, Remark), str(said)
                self._report(ActionProgressed(**_where(step), text=text, share=share, stays=stays))

        return tell

    @contextmanager
    def _told(self, step: Step) -> Iterator[None]:
        try:
            yield
        except InstallerError as error:
            self._journal.record("failed", step)
            self._report(failure(step, error))
            raise
        except KeyboardInterrupt:
            self._journal.record("interrupted", step)
            is_set_up = isinstance(step.action, WatchServices)
            where = f"at: {step.action.describe()}"
            raise _interrupted(where, is_set_up=is_set_up) from None


def failure(step: Step, error: InstallerError) -> ActionFailed:
    """Return the event of an action that failed in a way that we can explain."""
    return ActionFailed(**_where(step), id=error.identifier, message=error.message, hint=error.hint)


def _where(step: Step) -> dict[str, str]:
    return {"stage": step.stage, "action": step.action.describe()}


def _interrupted(where: str, *, is_set_up: bool = False) -> Interrupted:
    goes_on = "what was done so far is kept; `mosaic install` continues from here"
    # Whoever has all of it would not want to hear of removing it.
    removes = "" if is_set_up else ", `mosaic uninstall` removes it"
    return Interrupted(f"interrupted {where}", f"{goes_on}{removes}")


@contextmanager
def _journal(layout: Layout) -> Iterator[Journal]:
    journal = Journal(layout.journal, layout.root)
    try:
        yield journal
    finally:
        journal.close()
