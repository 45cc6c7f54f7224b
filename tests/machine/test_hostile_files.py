"""What is in the place of a file of ours is named; it is never waited for, nor written through."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.machine.obstacles import OBSTACLES

from mosaic_installer.core.events import ActionDone
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.environment import read_text
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.processes.daemon import last_lines
from mosaic_installer.machine.processes.supervisor import OwnLog
from mosaic_installer.machine.reading import LARGEST
from mosaic_installer.machine.records.crash_report import write_crash_report
from mosaic_installer.machine.records.journal import Journal, begun_steps
from mosaic_installer.machine.records.run_log import RunLog

pytestmark = [pytest.mark.unit, pytest.mark.timeout(60)]

every_obstacle = pytest.mark.parametrize("name", OBSTACLES)
DONE = ActionDone(stage="Folders", action="Make the directory")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "f"


@pytest.fixture
def machine(tmp_path: Path) -> LocalMachine:
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    for folder in machine.layout.directories:
        machine.files.make_directory(folder)
    return machine


@every_obstacle
def test_reading_one_of_our_files_names_what_is_there(machine: LocalMachine, name: str) -> None:
    make, words = OBSTACLES[name]
    make(machine.layout.answers)
    with pytest.raises(InstallerError) as refused:
        machine.files.read(machine.layout.answers)
    assert refused.value.message == f"cannot read `{machine.layout.answers}`: {words}"
    assert refused.value.identifier == "cannot-read"
    assert refused.value.hint


@every_obstacle
def test_reading_a_file_that_the_user_named_says_what_it_is(path: Path, name: str) -> None:
    make, words = OBSTACLES[name]
    make(path)
    with pytest.raises(OSError, match=words) as refused:
        read_text(path)
    assert refused.value.strerror == words


def test_a_file_as_large_as_ours_may_be_is_read_and_so_is_a_link_to_one(path: Path) -> None:
    path.write_bytes(b"x" * LARGEST)
    link = path.with_name("link")
    link.symlink_to(path)
    assert len(read_text(link)) == LARGEST


def test_what_a_shell_hands_over_in_place_of_a_file_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"correct-horse-9\r\n")
    os.close(writer)
    assert read_text(Path(f"/dev/fd/{reader}")) == "correct-horse-9\n"
    os.close(reader)


@every_obstacle
def test_secrets_and_journal_name_what_is_there(machine: LocalMachine, name: str) -> None:
    make, words = OBSTACLES[name]
    layout = machine.layout
    make(layout.secrets)
    with pytest.raises(InstallerError, match=words):
        machine.vault.stored()
    if name != "huge":  # a journal may be
        make(layout.journal)
        with pytest.raises(InstallerError, match=words):
            begun_steps(layout.journal, layout.root)
        with pytest.raises(InstallerError, match="cannot write"):
            Journal(layout.journal, layout.root)


@every_obstacle
def test_pid_file_and_log_are_passed_over(path: Path, name: str) -> None:
    OBSTACLES[name][0](path)
    assert not is_locked(path)
    assert isinstance(last_lines(path, 3), tuple)


@pytest.mark.parametrize("deep", [b"a = " + b"[" * 9999, b'{"x":' * 9999])
def test_what_is_nested_without_end_is_damaged(machine: LocalMachine, deep: bytes) -> None:
    layout = machine.layout
    layout.secrets.write_bytes(deep)
    assert machine.vault.is_damaged()
    assert machine.vault.stored() == {}
    layout.journal.write_bytes(deep + b"\n")
    with pytest.raises(InstallerError, match="cannot be read"):
        begun_steps(layout.journal, layout.root)


def write_journal(path: Path) -> None:
    journal = Journal(path, path.parent)
    journal.close()


def write_supervisors_log(path: Path) -> None:
    log = OwnLog(path)
    log.emit(logging.makeLogRecord({"msg": "ours"}))
    log.close()


@pytest.mark.parametrize("write", [write_journal, write_supervisors_log])
def test_nothing_is_written_through_a_link(path: Path, write: Callable[[Path], None]) -> None:
    theirs = path.with_name("theirs")
    theirs.write_text("precious, and without an end of line")
    path.symlink_to(theirs)
    try:
        write(path)
    except InstallerError as error:
        assert error.hint == "move that link away; a file is needed there"  # noqa: PT017 - or none
    assert theirs.read_text() == "precious, and without an end of line"


def test_the_log_of_a_run_is_not_written_through_a_link(tmp_path: Path) -> None:
    log = RunLog(tmp_path, "install")
    log.report(DONE)
    (path,) = tmp_path.glob("install-*.log")
    path.unlink()
    theirs = tmp_path / "theirs"
    theirs.write_text("precious")
    path.symlink_to(theirs)
    with pytest.raises(InstallerError, match="cannot write"):
        log.report(DONE)
    assert theirs.read_text() == "precious"


@pytest.mark.parametrize("name", [*OBSTACLES, "link"])
def test_the_gateways_log_goes_on_in_a_file_of_its_own(path: Path, name: str) -> None:
    theirs = path.with_name("theirs")
    theirs.write_text("precious")
    if name == "link":
        path.symlink_to(theirs)
    elif name != "huge":
        OBSTACLES[name][0](path)
    write_supervisors_log(path)
    assert path.read_text() == "ours\n"
    assert not path.is_symlink()
    assert theirs.read_text() == "precious"


@pytest.mark.parametrize("name", [*OBSTACLES, "garbage", "nested"])
def test_the_crash_reporter_cannot_fail(
    machine: LocalMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    layout = machine.layout
    given = tmp_path / "password"
    for path in (layout.secrets, layout.token, layout.journal, given):
        match name:
            case "garbage":
                path.write_bytes(b'\xff\xfe\0{["')
            case "nested":
                path.write_bytes(b"a = " + b"[" * 9999)
            case _:
                OBSTACLES[name][0](path)
    monkeypatch.setenv("MOSAIC_HOME", str(layout.root))
    monkeypatch.setenv("MOSAIC_ADMIN_PASSWORD_FILE", str(given))
    report = write_crash_report(ValueError("it broke \udcff"), ["install", "\udcff"])
    assert report is not None
    assert "it broke \\udcff" in report.read_text()


def test_a_report_that_can_be_written_nowhere_is_no_second_crash(
    machine: LocalMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSAIC_HOME", str(machine.layout.state / "nowhere"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert write_crash_report(ValueError("it broke"), []) is None
