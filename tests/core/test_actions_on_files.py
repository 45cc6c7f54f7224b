"""What holds for every action where its files are real: private, and safe from being lost."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.core.action_cases import NAMES, Case, cases_of
from tests.half_real_machine import HalfRealMachine

from mosaic_installer.core.containers.files import directories_of_services
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.events import Event
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.undo import undo

pytestmark = pytest.mark.unit

READER = 10001 if os.geteuid() == 0 else os.geteuid()
NOT_THE_USERS = {
    "SaveAnswers": "comments in it stay when it is saved; an uninstall is said to remove it",
    "WriteSecret": "a copy of what secrets.toml says, which is the place to edit",
    "PinAuthority": "what the authority says of itself",
    "CreateAdministrator": "a token is known to the gateway, or is none",
    "ObtainToken": "the same",
}
"""Actions whose files follow another owner, and why an edit in them need not be kept."""
CLOSED_BY_ANOTHER = {
    "MakeDatabase": "the gateway closes its database whenever it opens it",
    "TakeOutSecrets": "SaveAnswers closes the file",
    "CreateAdministrator": "ObtainToken and VerifyToken take no token that others could read",
}


@dataclass(frozen=True)
class Found:
    """A case, and the machine that it finds."""

    case: Case
    machine: HalfRealMachine

    def apply(self) -> None:
        """Carry out a plan of this one action."""
        apply((Step(stage="Only", action=self.case.action),), self.machine, nobody)

    @property
    def written(self) -> tuple[Path, ...]:
        """What there is of all that the action writes."""
        return tuple(path for path in self.case.action.about.writes if path.exists())


def nobody(_event: Event) -> None:
    pass


@pytest.fixture(params=range(len(NAMES)), ids=NAMES)
def found(request: pytest.FixtureRequest, tmp_path: Path) -> Found:
    layout = Layout.under(tmp_path / "m")
    case = cases_of(layout, READER)[request.param]
    machine = HalfRealMachine(layout)
    for path in (*layout.directories, layout.compose, *directories_of_services(SERVICES, layout)):
        if path not in case.action.about.writes:
            machine.files.make_directory(path)
    for path, content in case.files.items():
        machine.files.write(path, content)
    if case.secrets:
        machine.vault.generate(case.secrets)
    if case.open_to_all is not None:
        case.open_to_all.chmod(0o755)
    case.before(machine.fake)
    machine.vault.type_in(machine.fake.vault.typed)
    return Found(case, machine)


@pytest.mark.parametrize("umask", [0o000, 0o277])
def test_what_an_action_writes_is_for_its_reader_alone(found: Found, umask: int) -> None:
    before = os.umask(umask)
    try:
        found.apply()
    finally:
        os.umask(before)
    reader = getattr(found.case.action, "reader", os.geteuid())
    for path in found.written:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
        assert path.stat().st_uid == reader
    all_of_it = found.machine.layout.root.rglob("*")
    assert [path for path in all_of_it if path.stat().st_mode & 0o077] == []


def test_an_action_whose_files_others_can_read_is_not_done(found: Found) -> None:
    found.apply()
    for path in found.written:
        path.chmod(0o755 if path.is_dir() else 0o644)
    are_files = any(path.is_file() for path in found.written)
    is_noticed = are_files and found.case.name not in CLOSED_BY_ANOTHER
    assert found.case.action.is_done(found.machine) is not is_noticed
    if is_noticed:
        found.apply()
        assert found.case.action.is_done(found.machine)


def test_an_edited_file_is_kept_unless_it_follows_another_owner(found: Found) -> None:
    found.apply()
    edited = {path: path.read_bytes() + b"\n" for path in found.written if path.is_file()}
    for path, content in edited.items():
        path.write_bytes(content)
    found.apply()
    undo(found.machine, nobody, purge=False)
    is_kept = all(path.exists() and path.read_bytes() == edited[path] for path in edited)
    assert is_kept is (found.case.name not in NOT_THE_USERS)


def test_a_purge_takes_away_every_file_that_an_action_made(found: Found) -> None:
    there = found.written
    found.apply()
    undo(found.machine, nobody, purge=True)
    assert set(found.written) <= set(there)
