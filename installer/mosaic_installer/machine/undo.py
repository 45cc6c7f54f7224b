"""Take an installation back: the journal backwards, and an account of what stays."""

from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.events import ActionDone, Report
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.apply import failure
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.records.journal import begun_steps, rewritten


def undo(machine: LocalMachine, report: Report, *, purge: bool) -> tuple[Step, ...]:
    """Walk the journal backwards and take back every step; return what is still there.

    Goes on after a step that fails, so that one obstacle does not keep everything else; then
    raises the first error. A purge ends with the journal itself, unless something failed: then
    the journal keeps what is left, so that the next one can go on. Raises `EngineError` before
    anything is taken back when there are containers and their engine does not answer: without the
    files beside them, they would be hard to find.
    """
    layout = machine.layout
    with locked(layout.lock):
        steps = begun_steps(layout.journal, layout.root)
        _reach_engine(steps, machine)
        errors = []
        failed = []
        for step in reversed(steps):
            try:
                step.action.undo(machine, purge=purge)
            except InstallerError as error:
                errors.append(error)
                failed.append(step)
                report(failure(step, error))
            else:
                report(ActionDone(stage=step.stage, action=step.action.describe()))
        if failed and machine.files.kind(layout.state) == "absent":
            machine.files.make_directory(layout.state)
        left = tuple(step for step in steps if step in failed or _is_left(step, machine))
        if purge and not failed:
            left = _end(left, machine)
        else:
            machine.files.write(layout.journal, rewritten(left, layout.root))
    if errors:
        raise errors[0]
    return left


def _reach_engine(steps: tuple[Step, ...], machine: LocalMachine) -> None:
    layout = machine.layout
    folders = (layout.home,) if layout.home else (layout.config, layout.data, layout.state)
    for step in steps:
        if isinstance(step.action, StartServers):
            try:
                machine.containers(step.action.stack).found()
            except EngineError as error:
                raise EngineError(
                    f"{error.message}, and containers or volumes of this installation are on it",
                    "start it, then run this again; where it is gone for good, delete "
                    + ", ".join(f"`{path}`" for path in folders),
                    identifier=error.identifier,
                ) from None


def _is_left(step: Step, machine: LocalMachine) -> bool:
    return any(machine.files.kind(path) != "absent" for path in step.action.about.writes)


def _end(left: tuple[Step, ...], machine: LocalMachine) -> tuple[Step, ...]:
    # The state holds the lock and the journal, also where a run was killed before it could note
    # that it made the directory; only without it can those around it be empty.
    machine.files.remove_directory(machine.layout.state, with_contents=True)
    for step in reversed(left):
        step.action.undo(machine, purge=True)
    return tuple(step for step in left if _is_left(step, machine))
