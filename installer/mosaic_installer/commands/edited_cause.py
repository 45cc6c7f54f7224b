"""A gateway that does not come up with files that a person edited: the edits are named."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.plan import Plan
from mosaic_installer.errors import UnhealthyError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui import output


@contextmanager
def naming_edits(plan: Plan, machine: LocalMachine) -> Iterator[None]:
    """Show how the files that the gateway reads differ from ours, if it does not become healthy."""
    try:
        yield
    except UnhealthyError as error:
        read = {machine.layout.gateway_config, machine.layout.gateway_environment}
        actions = (step.action for step in plan)
        edits = [
            action
            for action in actions
            if isinstance(action, WriteFile) and action.path in read and action.is_edited(machine)
        ]
        if not edits:
            raise
        for action in edits:
            output.say(action.diff(machine))
        names = ", ".join(f"`{action.path}`" for action in edits)
        raise type(error)(
            f"{error.message}, with {names} as you edited it",
            "`mosaic install --replace-edited` replaces what you edited, as shown above",
            last_lines=error.last_lines,
        ) from error
