"""`mosaic uninstall`: the journal backwards."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mosaic_installer.commands.opening import given_layers, open_machine
from mosaic_installer.core.containers.labels import PROJECT
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.events import SCHEMA, Finished, StageStarted
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import AnswersError, EngineError, InstallerError
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.beginning import remove_beginning
from mosaic_installer.machine.records.draft import remove_draft
from mosaic_installer.machine.records.journal import begun_steps
from mosaic_installer.machine.undo import undo
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive
from mosaic_installer.ui.view import opened_view

if TYPE_CHECKING:
    from mosaic_installer.machine.engine.swarm.elsewhere import Elsewhere


@frozen
class _Data:
    """Where the data of an installation is."""

    place: str
    """In words."""
    far: "tuple[Elsewhere, ...]" = ()
    """The volumes on other nodes of a Swarm."""
    project: str = ""
    """What it is called on its Swarm; empty where it runs on none."""
    keeper: str = ""
    """The machine of the Swarm that has taken its services over, and with them the data."""


def run(*, purge: bool, is_dry_run: bool, assume_yes: bool, as_json: bool, home: str = "") -> int:
    """Take back what the journal says; the data stays unless `purge`.

    `home` is the folder of the installation where it is not the one that the environment names.
    """
    flags = {"installer.assume_yes": "yes" if assume_yes else "", "installer.home": home}
    layers = given_layers(flags={key: text for key, text in flags.items() if text})
    machine = open_machine(layers)
    steps = begun_steps(machine.layout.journal, machine.layout.root)
    if not steps and not is_dry_run and remove_draft(machine.files, machine.layout):
        output.say("Nothing was installed. The answers of an unfinished run have been removed.")
        return 0
    if not steps and not is_dry_run and purge and remove_beginning(machine.files, machine.layout):
        output.say(
            "Nothing was installed. The empty folders of an interrupted run have been removed."
        )
        return 0
    assumed = () if steps else _assumed(machine)
    steps = steps or assumed
    if is_dry_run:
        _show(steps, machine.layout.backups, purge=purge, as_json=as_json)
        return 0
    data = find_data(machine)
    is_agreed = any("installer.assume_yes" in layer.values for layer in layers)
    if not is_agreed and not _agrees(data.place, purge=purge):
        output.say("Nothing was changed.")
        return 0
    if assumed:
        _write_journal(machine, assumed)
    if not purge:
        _save_database(machine)
    _undo(machine, steps, purge=purge, as_json=as_json)
    _tell_the_end(machine, data, purge=purge)
    return 0


def find_data(machine: LocalMachine) -> _Data:
    """Return where the data is; of an engine that does not answer, nothing is known."""
    meta = read_meta(machine)
    if meta is None or meta.tier == "local":
        return _Data(place=_place_of_data(machine, {}))
    from mosaic_installer.machine.engine.reader import Reader
    from mosaic_installer.machine.engine.swarm.elsewhere import volumes_elsewhere
    from mosaic_installer.machine.engine.swarm.keeper import keeper_seen_by

    with suppress(EngineError):  # one that is silent says so when it is asked for a change
        if keeper := keeper_seen_by(Reader(), meta.project):
            return _Data(place=str(machine.layout.root), keeper=keeper)
    far = volumes_elsewhere(meta.project)
    return _Data(
        place=_place_of_data(machine, {each.volume: each.name for each in far if not each.is_old}),
        far=far,
        project=meta.project if meta.runtime == "swarm" else "",
    )


def _place_of_data(machine: LocalMachine, far: Mapping[str, str]) -> str:
    """Return where the data is, in words: of servers in containers, volumes have it."""
    meta = read_meta(machine)
    services = meta.services if meta else ()
    kept = [row.name for row in SERVICES if row.name in services and row.volume]
    if meta is None or not kept:
        return str(machine.layout.data)
    volumes = [f"{meta.project}_{name}" for name in kept]
    names = [f"`{name}`{f' on {far[name]}' if name in far else ''}" for name in volumes]
    head, last = ", ".join(names[:-1]), names[-1]
    return f"the volumes {head} and {last}" if head else f"the volume {last}"


def _save_database(machine: LocalMachine) -> None:
    """Data that is to stay may be where only the running gateway still has it."""
    meta = read_meta(machine)
    if meta is None or meta.tier != "local":
        return
    from mosaic_installer.commands.gateway import save_database
    from mosaic_installer.machine.installed import gateway_as_installed
    from mosaic_installer.machine.lock import locked

    with locked(machine.layout.lock):
        save_database(machine, gateway_as_installed(machine.layout, meta))


def _assumed(machine: LocalMachine) -> tuple[Step, ...]:
    from mosaic_installer.commands.lost_journal import assumed_steps

    steps = assumed_steps(machine)
    if not steps:
        raise _nothing_known(machine)
    output.say(
        f"warning: the journal `{machine.layout.journal}` is lost; removing what your "
        "settings describe"
    )
    return steps


def _write_journal(machine: LocalMachine, steps: tuple[Step, ...]) -> None:
    from mosaic_installer.commands.lost_journal import write_journal

    write_journal(machine, steps)


def _nothing_known(machine: LocalMachine) -> InstallerError:
    root = machine.layout.root
    if read_meta(machine) is None:
        return machine.installed_elsewhere() or InstallerError(
            f"nothing is installed in `{root}`",
            "to look in another folder, set MOSAIC_HOME",
            identifier="not-installed",
        )
    return InstallerError(
        f"the journal `{machine.layout.journal}` is lost, so nobody knows what to remove",
        f"stop the gateway with `mosaic gateway stop`, look into `{root}`, and remove it yourself",
        identifier="journal-damaged",
    )


def _undo(machine: LocalMachine, steps: tuple[Step, ...], *, purge: bool, as_json: bool) -> None:
    with opened_view(as_json=as_json) as view:
        view.report(StageStarted(stage="Uninstall"))
        left = undo(machine, view.report, purge=purge)
        root = machine.layout.root
        if purge and _has_foreign_files(machine.layout):
            raise InstallerError(
                f"`{root}` contains files that are not ours, so it was kept",
                "check them, then remove the folder yourself",
                identifier="left-behind",
            )
        told = sum(bool(step.action.about.undone(purge=purge)) for step in steps)
        changed = max(0, told - len(left))
        view.report(Finished(ok=True, changed=changed, skipped=len(left), gateway_url=""))


def _has_foreign_files(layout: Layout) -> bool:
    """Return whether something is left in the folder, besides the person's backups."""
    backups = layout.backups
    left = (path for path in layout.root.rglob("*") if backups not in (path, *path.parents))
    return any(path not in backups.parents for path in left)


def _tell_the_end(machine: LocalMachine, data: _Data, *, purge: bool) -> None:
    if data.keeper:
        output.say(
            f"Mosaic has been uninstalled here. {data.keeper} has its services and its data, which "
            "stay as they are."
        )
        return
    if not purge:
        output.say(
            f"Mosaic has been uninstalled. Your data is still in {data.place}, and its "
            f"secrets in {machine.layout.secrets}; `mosaic uninstall --purge` removes them."
        )
        return
    backups = machine.layout.backups
    has_backups = backups.is_dir()
    nothing = "" if data.far or data.project or has_backups else " Nothing is left."
    output.say(f"Mosaic has been uninstalled, including its data.{nothing}")
    if has_backups:
        output.say(f"Your backups in {backups} were kept.")
    for each in data.far:
        command = f"`docker volume rm {each.volume}`"
        output.say(f"On {each.name}, the volume itself is left: {command} removes it.")
    if data.project:
        # What was on them went from the Swarm's knowledge with their labels.
        output.say(
            "A machine that has left the Swarm, even if it came back, may still have data from "
            f"then: `docker volume ls --filter label={PROJECT}={data.project}` shows it there."
        )


def _agrees(place: str, *, purge: bool) -> bool:
    if not is_interactive():
        if purge:
            raise AnswersError(
                "removing the data must be confirmed, and there is no terminal to ask at",
                "add `--yes`",
            )
        return True
    from mosaic_installer.ui.opening import open_conversation
    from mosaic_installer.ui.questions import ask_word

    what = "Remove Mosaic and ALL ITS DATA" if purge else "Remove Mosaic and keep its data"
    question = f"{what} in {place}?"
    return ask_word(open_conversation(), question, ("no", "yes")) == "yes"


def _show(steps: tuple[Step, ...], backups: Path, *, purge: bool, as_json: bool) -> None:
    told = (step.action.about.undone(purge=purge) for step in reversed(steps))
    sentences = list(dict.fromkeys(sentence for sentence in told if sentence))
    if purge and backups.is_dir() and any(backups.iterdir()):
        sentences.append(f"Keep your backups in {backups}")
    if as_json:
        output.document({"schema": SCHEMA, "actions": sentences})
    else:
        output.data("\n".join(sentences))
