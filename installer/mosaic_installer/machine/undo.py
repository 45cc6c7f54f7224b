"""Take an installation back: the journal backwards, and an account of what stays."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.events import ActionDone, ActionFailed, Report
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.records.draft import remove_draft
from mosaic_installer.machine.records.journal import begun_steps, rewritten


def undo(machine: LocalMachine, report: Report, *, purge: bool) -> tuple[Step, ...]:
    """Walk the journal backwards and take back every step; return what is still there.

    Goes on after a step that fails, so that one obstacle does not keep everything else: each is
    reported, and then the first is raised. A purge ends with the journal itself, unless something
    failed: then the journal keeps what is left, so that the next one can go on. Raises
    `EngineError` before anything is taken back when there are containers and their engine does not
    answer: without the files beside them, they would be hard to find.
    """
    layout = machine.layout
    with locked(layout.lock):
        steps = begun_steps(layout.journal, layout.root)
        _reach_engine(steps, machine)
        walk = _Walk(machine, report, purge=purge)
        for step in reversed(steps):
            walk.take_back(step)
        with walk.passing("Remove the unfinished answers"):
            remove_draft(machine.files, layout)
        if walk.errors and machine.files.kind(layout.state) == "absent":
            machine.files.make_directory(layout.state)  # for the journal of what is left
        left = tuple(step for step in steps if step in walk.failed or _is_left(step, machine))
        if purge and not walk.errors:
            left = walk.end(left)
        else:
            with walk.passing("Record what stays"):
                machine.files.write(layout.journal, rewritten(left, layout.root))
    if walk.errors:
        raise walk.errors[0]
    return left


OUTSIDE = frozenset({"portainer-unreachable", "portainer-refused"})
"""What others have of us, and do not let go of: that is said, and keeps nothing here."""


class _Walk:
    """The way back, and what stood in it."""

    def __init__(self, machine: LocalMachine, report: Report, *, purge: bool) -> None:
        self._machine = machine
        self._report = report
        self._purge = purge
        self.errors: list[InstallerError] = []
        self.failed: list[Step] = []

    @contextmanager
    def passing(self, what: str, stage: str = "Uninstall") -> Iterator[None]:
        """Go on after an error, but say it."""
        try:
            yield
        except InstallerError as error:
            if error.identifier not in OUTSIDE:
                self.errors.append(error)
            self._report(
                ActionFailed(
                    stage=stage,
                    action=what,
                    id=error.identifier,
                    message=error.message,
                    hint=error.hint,
                )
            )

    def take_back(self, step: Step) -> None:
        """Take one step back."""
        sentence = step.action.about.undone(purge=self._purge)
        known = len(self.errors)
        with self.passing(sentence or step.action.describe(), step.stage):
            step.action.undo(self._machine, purge=self._purge)
            if sentence:
                self._report(ActionDone(stage=step.stage, action=sentence))
        if len(self.errors) > known:
            self.failed.append(step)

    def end(self, left: tuple[Step, ...]) -> tuple[Step, ...]:
        """Remove the journal, and with it what could not go before."""
        # The state holds the lock and the journal, also where a run was killed before it could
        # note that it made the directory; only without it can those around it be empty.
        state = self._machine.layout.state
        with self.passing(f"Remove the folder {state}"):
            self._machine.files.remove_directory(state, with_contents=True)
        for step in reversed(left):
            with self.passing(step.action.about.undone(purge=True), step.stage):
                step.action.undo(self._machine, purge=True)
        return tuple(step for step in left if _is_left(step, self._machine))


def _reach_engine(steps: tuple[Step, ...], machine: LocalMachine) -> None:
    layout = machine.layout
    folders = (layout.home,) if layout.home else (layout.config, layout.data, layout.state)
    for step in steps:
        if isinstance(step.action, StartServers):
            try:
                machine.containers(step.action.stack).found()
            except EngineError as error:
                if error.identifier == "no-quorum":
                    raise  # it runs, and says itself what to do
                raise EngineError(
                    f"{error.message}, and containers or volumes of this installation are on it",
                    "start it, then run this again; where it is gone for good, delete "
                    + ", ".join(f"`{path}`" for path in folders),
                    identifier=error.identifier,
                ) from None


def _is_left(step: Step, machine: LocalMachine) -> bool:
    """Return whether files or volumes of a step are still there: a purge takes them later."""
    if isinstance(step.action, StartServers) and machine.containers(step.action.stack).volumes():
        return True
    return any(machine.files.kind(path) != "absent" for path in step.action.about.writes)
