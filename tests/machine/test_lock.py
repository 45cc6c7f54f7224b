"""One run at a time: the kernel keeps the lock, and tells who holds it."""

import fcntl
import os
from pathlib import Path

import pytest

from mosaic_installer.errors import InstallerError, LockedError
from mosaic_installer.machine.lock import holder_of, is_locked, locked

pytestmark = pytest.mark.unit


def test_the_second_taker_fails_at_once_and_names_the_holder(tmp_path: Path) -> None:
    # A lock belongs to the open file, so one process can play both.
    with locked(tmp_path / "lock"):
        said = rf"another run is changing this installation \(process {os.getpid()}\)"
        with pytest.raises(LockedError, match=said), locked(tmp_path / "lock"):
            pass
        assert is_locked(tmp_path / "lock")
        assert holder_of(tmp_path / "lock") == os.getpid()
    assert holder_of(tmp_path / "lock") is None
    assert holder_of(tmp_path / "nothing") is None


def test_the_lock_is_given_back_also_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        raise ZeroDivisionError
    assert not is_locked(tmp_path / "lock")
    with locked(tmp_path / "lock"):
        pass


def test_a_file_that_a_dead_run_left_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("4711\n")
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "nothing")


def test_looking_at_the_lock_does_not_take_it(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open() as file:
        assert not is_locked(tmp_path / "lock")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_lock_is_private_and_not_taken_through_a_link(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with locked(tmp_path / "lock"):
            assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InstallerError, match="cannot write"), locked(tmp_path / "link"):
        pass
    assert not (tmp_path / "elsewhere").exists()
