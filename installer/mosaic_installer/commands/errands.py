"""The errands of the home screen: what it shows on a page of its own, and the way out."""

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui.conversation import (
    Back,
    Choice,
    Conversation,
    Page,
    view_of_choices,
)
from mosaic_installer.ui.home import LOGS, TOKEN
from mosaic_installer.ui.output import readable

SHOWN_LINES = 50
"""Of the log."""
TITLES = {TOKEN: "Admin token", LOGS: "Gateway log"}
KEEP = Choice(value="keep", label="Cancel")
REMOVE = Choice(value="remove", label="Uninstall and keep the data")


def page_of(errand: str, machine: LocalMachine) -> Page:
    """Return what the token, or the log, of an installation is; or why it cannot be shown."""
    try:
        return _token(machine) if errand == TOKEN else _log(machine)
    except InstallerError as error:
        lines = (f"error: {error.message}", f"hint: {error.hint}")
        return Page(title=TITLES[errand], lines=lines)


def _token(machine: LocalMachine) -> Page:
    from mosaic_installer.commands.token import saved_token

    told = f"It is saved to {machine.layout.token}"
    return Page(title=TITLES[TOKEN], told=told, secret=saved_token(machine))


def _log(machine: LocalMachine) -> Page:
    from mosaic_installer.commands.gateway import last_lines

    meta = read_meta(machine)
    if meta is None:
        raise InstallerError(
            f"`{machine.layout.meta}` is missing, so it is unknown what the gateway runs as",
            "repair the installation first",
            identifier="not-installed",
        )
    lines = [readable(line) for line in last_lines(machine, meta, SHOWN_LINES, GATEWAY)]
    told = f"The last {SHOWN_LINES} lines; `mosaic gateway logs --lines N` shows more."
    return Page(
        title=TITLES[LOGS], told=told, lines=tuple(lines or ["It is empty."]), is_at_end=True
    )


def agrees_to_uninstall(talk: Conversation, machine: LocalMachine) -> bool:
    """Ask whether Mosaic is to be uninstalled; an Enter that is held answers no."""
    from mosaic_installer.commands.uninstall import find_data

    layout = machine.layout
    told = (
        f"This removes Mosaic from {layout.root}. Your data stays in {find_data(machine).place}, "
        f"and its secrets in {layout.secrets}. `mosaic uninstall --dry-run` lists what is removed."
    )
    view = view_of_choices("Uninstall Mosaic?", told, (KEEP, REMOVE))
    try:
        return talk.panel(view, can_go_back=True) == REMOVE.value
    except Back:
        return False


def uninstall(machine: LocalMachine) -> None:
    """Uninstall what the person agreed to; its data stays."""
    from mosaic_installer.commands import uninstall as command

    command.run(
        purge=False,
        is_dry_run=False,
        assume_yes=True,
        as_json=False,
        home=str(machine.layout.home or ""),
    )
