"""Receipts: the journal that each released version wrote can still be read and undone.

A folder per version, and one with containers, with the `journal.jsonl` of a real installation in
which only the places are replaced by `{home}`, `{python}` and `{units}`; with containers, also the
files of that version that a test of updates starts them from. Never change one; a new version adds
one.
"""

from pathlib import Path

import pytest
from tests.fake_machine import FakeMachine
from tests.half_real_machine import HalfRealMachine

from mosaic_installer import __version__
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.images import BuildImage
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.events import Event
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step
from mosaic_installer.core.written import digest
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.journal import begun_steps
from mosaic_installer.machine.undo import undo

pytestmark = pytest.mark.receipt

HERE = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/journal.jsonl"))
WITH_CONTAINERS = {"0.1.0-federated"}
"""Undone with an engine that is made of dictionaries."""
KINDS = {
    "0.1.0": {
        "MakeDirectory": 7,
        "GenerateSecrets": 1,
        "WriteSecret": 1,
        "SaveAnswers": 1,
        "WriteFile": 3,
        "StartGateway": 1,
        "WaitUntilHealthy": 1,
        "CreateAdministrator": 1,
        "VerifyToken": 1,
    },
    "0.1.0-federated": {
        "MakeDirectory": 11,
        "GenerateSecrets": 1,
        "WriteSecret": 5,
        "SaveAnswers": 1,
        "WriteFile": 7,
        "BuildImage": 1,
        "StartServers": 1,
        "AlignDatabasePassword": 1,
        "PinAuthority": 1,
        "StartGateway": 1,
        "WaitUntilHealthy": 1,
        "CreateAdministrator": 1,
        "VerifyToken": 1,
    },
}


def nobody(_event: Event) -> None:
    pass


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(version: str, tmp_path: Path) -> LocalMachine:
    """The machine as that version left it, with its gateway stopped."""
    layout = Layout.under(tmp_path / "m")
    machine = HalfRealMachine(layout) if version in WITH_CONTAINERS else LocalMachine(layout)
    receipt = (HERE / version / "journal.jsonl").read_text(encoding="utf-8")
    places = {"{home}": tmp_path / "m", "{python}": "/usr/bin/python3", "{units}": tmp_path / "u"}
    for name, place in places.items():
        receipt = receipt.replace(name, str(place))
    machine.layout.state.mkdir(parents=True)
    machine.layout.journal.write_text(receipt, encoding="utf-8")
    for step in begun_steps(machine.layout.journal, machine.layout.root):
        _leave_traces(step, machine)
    machine.layout.database.write_text("data")
    return machine


def _leave_traces(step: Step, machine: LocalMachine) -> None:
    match step.action:
        case MakeDirectory(path=path):
            path.mkdir(parents=True, exist_ok=True)
        case WriteFile(path=path):
            machine.files.note(path, digest(b"as written"))
            machine.files.write(path, b"as written")
        case BuildImage() | StartServers() | StartGateway() if step.action.about.asks_engine:
            step.action.apply(machine)
        case action:
            for path in action.about.writes:
                machine.files.write(path, b"")


def test_this_version_has_a_receipt() -> None:
    assert __version__ in VERSIONS


def test_a_receipt_names_no_place_of_the_machine_it_was_made_on(version: str) -> None:
    text = (HERE / version / "journal.jsonl").read_text(encoding="utf-8")
    assert '"/' not in text


def test_every_step_is_read(version: str, machine: LocalMachine) -> None:
    kinds = [
        type(step.action).__name__
        for step in begun_steps(machine.layout.journal, machine.layout.root)
    ]
    assert {kind: kinds.count(kind) for kind in kinds} == KINDS[version]


def test_a_purge_leaves_nothing(machine: LocalMachine, tmp_path: Path) -> None:
    undo(machine, nobody, purge=True)
    assert list(tmp_path.iterdir()) == []
    if isinstance(machine, HalfRealMachine):
        assert machine.fake.state() == FakeMachine().state()


def test_an_uninstall_keeps_data_and_secrets(machine: LocalMachine) -> None:
    undo(machine, nobody, purge=False)
    layout = machine.layout
    assert {str(path.relative_to(layout.root)) for path in layout.root.rglob("*")} == {
        "config",
        "config/secrets.toml",
        "data",
        "data/mosaic.db",
        "state",
        "state/checksums.json",
        "state/journal.jsonl",
        "state/lock",
    }
