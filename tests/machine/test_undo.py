"""Undoing: the journal backwards. Data stays unless purged, and what is not ours stays anyway."""

from pathlib import Path

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.agent import MakeAgent
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway, WaitUntilHealthy
from mosaic_installer.core.actions.token import ObtainToken, VerifyToken
from mosaic_installer.core.events import ActionDone, Event
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Plan, make_plan
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.journal import begun_steps
from mosaic_installer.machine.undo import undo
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

NEED_A_GATEWAY = (
    StartGateway,
    WaitUntilHealthy,
    CreateAdministrator,
    ObtainToken,
    VerifyToken,
    MakeAgent,
)


def is_about_files(action: Action) -> bool:
    return not isinstance(action, NEED_A_GATEWAY)


def nobody(_event: Event) -> None:
    pass


def plan_of(layout: Layout) -> Plan:
    """All of an installation that is files and directories."""
    facts = make_facts(layout=layout, supervisor="daemon")
    plan = make_plan(STAGES, facts, make_answers())
    return tuple(step for step in plan if is_about_files(step.action))


@pytest.fixture
def installed(tmp_path: Path) -> LocalMachine:
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    apply(plan_of(machine.layout), machine, nobody)
    machine.layout.database.write_text("data")
    return machine


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_purge_leaves_nothing(installed: LocalMachine, tmp_path: Path) -> None:
    assert undo(installed, nobody, purge=True) == ()
    assert list(tmp_path.iterdir()) == []


def test_without_a_purge_data_and_its_secrets_stay_and_are_accounted_for(
    installed: LocalMachine,
) -> None:
    layout = installed.layout
    left = undo(installed, nobody, purge=False)
    assert files(layout.root) == {
        "config/secrets.toml",
        "data/mosaic.db",
        "state/checksums.json",
        "state/journal.jsonl",
        "state/lock",
    }
    assert {step.action.describe() for step in left} >= {
        f"Generate 2 secrets in {layout.secrets}",
        f"Create the folder {layout.data}",
    }
    assert begun_steps(layout.journal, layout.root) == left


def test_a_purge_after_keeping_the_data_leaves_nothing(
    installed: LocalMachine, tmp_path: Path
) -> None:
    undo(installed, nobody, purge=False)
    undo(installed, nobody, purge=True)
    assert list(tmp_path.iterdir()) == []


def test_an_installation_over_kept_data_finds_its_secrets(installed: LocalMachine) -> None:
    before = installed.vault.get("session_secret")
    undo(installed, nobody, purge=False)
    apply(plan_of(installed.layout), installed, nobody)
    assert installed.vault.get("session_secret") == before
    assert installed.layout.database.read_text() == "data"


def test_a_file_that_is_not_ours_stays_with_its_folder(installed: LocalMachine) -> None:
    foreign = installed.layout.config / "notes.txt"
    foreign.write_text("theirs")
    undo(installed, nobody, purge=True)
    assert files(installed.layout.root) == {"config/notes.txt"}


def test_an_edited_file_stays_unless_purged(installed: LocalMachine) -> None:
    path = installed.layout.gateway_config
    path.write_text("edited")
    left = undo(installed, nobody, purge=False)
    assert path.read_text() == "edited"
    assert any(isinstance(step.action, WriteFile) for step in left)
    undo(installed, nobody, purge=True)
    assert not path.exists()


def test_everything_taken_back_is_said_the_latest_first(installed: LocalMachine) -> None:
    said: list[Event] = []
    undo(installed, said.append, purge=True)
    assert [event.action for event in said if isinstance(event, ActionDone)] == [
        sentence
        for step in reversed(plan_of(installed.layout))
        if (sentence := step.action.about.undone(purge=True))
    ]
