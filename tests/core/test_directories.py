"""Directories: refused where a file is in the way, taken away with contents only if all is ours."""

import pytest
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT

from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.errors import InstallerError

pytestmark = pytest.mark.unit


def test_a_file_in_the_place_of_a_directory_is_refused_and_kept() -> None:
    machine = FakeMachine()
    machine.files.write(LAYOUT.data, b"theirs")
    with pytest.raises(InstallerError, match="is in the way") as refused:
        MakeDirectory(path=LAYOUT.data, is_ours_alone=True).apply(machine)
    assert refused.value.identifier == "cannot-write"
    assert machine.files.read(LAYOUT.data) == b"theirs"


@pytest.mark.parametrize(
    ("is_ours_alone", "purge", "stays"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_a_directory_with_contents_goes_only_in_a_purge_of_what_is_ours(
    *, is_ours_alone: bool, purge: bool, stays: bool
) -> None:
    machine = FakeMachine()
    action = MakeDirectory(path=LAYOUT.data, is_ours_alone=is_ours_alone)
    action.apply(machine)
    machine.files.write(LAYOUT.data / "mosaic.db", b"data")
    action.undo(machine, purge=purge)
    assert (machine.files.read(LAYOUT.data / "mosaic.db") == b"data") is stays


def test_backups_stay_in_a_purge() -> None:
    machine = FakeMachine()
    action = MakeDirectory(path=LAYOUT.data, is_ours_alone=True)
    action.apply(machine)
    machine.files.make_directory(LAYOUT.backups)
    for path in (LAYOUT.database, LAYOUT.backups / "mine"):
        machine.files.write(path, b"data")
    action.undo(machine, purge=True)
    assert machine.files.kind(LAYOUT.database) == "absent"
    assert machine.files.read(LAYOUT.backups / "mine") == b"data"
