"""What is wrong with an installation, said as faults: one sentence for each cause."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.secrets import WriteSecret
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.actions.watch import WatchServices
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.plan import Surveyed
from mosaic_installer.errors import EngineError


def faults(surveyed: Sequence[Surveyed]) -> tuple[Surveyed, ...]:
    """Return the steps that are a fault of their own, not the consequence of another one."""
    # A service that has only just started may have to be watched; nothing is wrong with it.
    to_do = tuple(
        row for row in surveyed if not (row.is_done or isinstance(row.step.action, WatchServices))
    )
    return tuple(row for row in to_do if not row.follows)


def fault_of(action: Action, machine: Machine, home: Path | None = None) -> str:
    """Return what is wrong while `action` is not done, then what will put it right.

    Paths are told from `home`, the folder of the installation, where it has one.
    """
    about = action.about
    path = about.writes[0] if about.writes and not about.things else None
    what = (_fault_of_file(action, path, machine) if path else "") or _fault_of(action, machine)
    said = f"{what}; {about.remedy}"
    return said.replace(f"{home}/", "") if home else said


def _fault_of(action: Action, machine: Machine) -> str:
    """Return what an action says is wrong: of several servers, which; of a service, where."""
    if isinstance(action, StartGateway | StartServers):
        with suppress(EngineError):
            return action.fault(machine)
    return action.about.fault


def is_outdated(action: Action, machine: Machine) -> bool:
    """Whether all that is wrong is that other answers, or another version, made this file."""
    if not isinstance(action, WriteFile) or _fault_of_file(action, action.path, machine):
        return False
    return bool(action.diff(machine))


def _fault_of_file(action: Action, path: Path, machine: Machine) -> str:
    """Return what is plainly wrong with a file, empty where that is for the action to say."""
    kind = machine.files.kind(path)
    if kind != "file":
        return f"{path} is missing" if kind == "absent" else f"{path} is no regular file"
    reader = action.reader if isinstance(action, WriteFile | WriteSecret | PinAuthority) else None
    if not machine.files.is_private(path, owner=reader):
        return f"{path} is open to other users"
    damage = action.damage(machine) if isinstance(action, WriteFile) else ""
    return f"{path} is {damage}" if damage else ""
