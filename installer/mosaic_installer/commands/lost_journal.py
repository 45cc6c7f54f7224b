"""A lost journal: the plan for the answers as they are now stands in for what was done."""

from mosaic_installer.commands.opening import remembered_layer
from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.images import PullImages, RefreshImages
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step, make_plan
from mosaic_installer.core.settling.interview import sketch
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.machine.records.journal import rewritten
from mosaic_installer.stages import STAGES


def assumed_steps(machine: LocalMachine) -> tuple[Step, ...]:
    """Return the steps that an installation as it is now consists of; nothing where none is.

    Outside of its folders there are a service of ours, and containers that are known by their
    labels. An action takes back only what is its own, so a step that was never begun does no harm.
    Images that were fetched stay: whether they were there before, only the journal knew.
    """
    if read_meta(machine) is None and not machine.lost_parts:
        return ()
    host = probe_host(machine)
    answers = sketch([remembered_layer(machine)], host).settled.answers
    plan = make_plan(STAGES, Facts(host=host), answers)
    return tuple(step for step in plan if _is_ours(step.action, machine.layout))


def write_journal(machine: LocalMachine, steps: tuple[Step, ...]) -> None:
    """Write the lost journal anew, so that an uninstall that fails can be gone on with."""
    layout = machine.layout
    if machine.files.kind(layout.state) == "absent":
        machine.files.make_directory(layout.state)
    with locked(layout.lock):
        machine.files.write(layout.journal, rewritten(steps, layout.root))


def _is_ours(action: Action, layout: Layout) -> bool:
    # Folders around ours, such as systemd's, may have been there before.
    folders = (layout.root, layout.config, layout.data, layout.state)
    if isinstance(action, MakeDirectory):
        return any(action.path.is_relative_to(folder) for folder in folders)
    return not isinstance(action, PullImages | RefreshImages)
