"""Files of the real machine: atomic, private whatever the umask, never through a link."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.files import LocalFiles

pytestmark = pytest.mark.unit


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "checksums.json", tmp_path)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o7777


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("umask")
def test_modes_are_ours_whatever_the_umask(files: LocalFiles, tmp_path: Path) -> None:
    files.make_directory(tmp_path / "d")
    files.write(tmp_path / "d" / "f", b"text")
    assert (mode(tmp_path / "d"), mode(tmp_path / "d" / "f")) == (0o700, 0o600)
    assert files.is_private(tmp_path / "d" / "f")


def test_a_write_replaces_content_and_mode_and_leaves_nothing_else(
    files: LocalFiles, tmp_path: Path
) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(0o644)
    files.write(path, b"new")
    assert (path.read_bytes(), mode(path), names(tmp_path)) == (b"new", 0o600, ["f"])


def test_a_reader_of_the_old_file_keeps_it_whole(files: LocalFiles, tmp_path: Path) -> None:
    path = tmp_path / "f"
    files.write(path, b"old")
    with path.open("rb") as reader:
        files.write(path, b"new")
        assert reader.read() == b"old"


def test_a_link_at_the_target_is_replaced_and_what_it_led_to_stays(
    files: LocalFiles, tmp_path: Path
) -> None:
    theirs, path = tmp_path / "theirs", tmp_path / "f"
    theirs.write_text("precious")
    path.symlink_to(theirs)
    files.write(path, b"ours")
    assert theirs.read_text() == "precious"
    assert not path.is_symlink()
    assert path.read_bytes() == b"ours"


def test_a_link_at_the_temporary_name_is_not_written_through(
    files: LocalFiles, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("precious")
    (tmp_path / ".f.mosaic-tmp").symlink_to(theirs)
    files.write(tmp_path / "f", b"ours")
    assert theirs.read_text() == "precious"
    assert names(tmp_path) == ["f", "theirs"]


def test_a_directory_in_the_way_is_explained_and_kept(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(InstallerError, match=r"cannot write `.*f`: Is a directory") as refused:
        files.write(tmp_path / "f", b"x")
    assert refused.value.identifier == "cannot-write"
    assert refused.value.hint == "move that folder away; a file is needed there"
    assert names(tmp_path) == ["f"]


def test_a_file_where_a_folder_belongs_is_explained(files: LocalFiles, tmp_path: Path) -> None:
    """Stands for every folder that cannot be written: root may write everywhere else."""
    (tmp_path / "f").write_text("x")
    inside = tmp_path / "f" / "g"
    with pytest.raises(InstallerError, match=r"cannot write `.*g`: Not a directory"):
        files.write(inside, b"x")
    with pytest.raises(InstallerError, match=r"cannot write `.*g`: (Not a directory|File exists)"):
        files.make_directory(inside)
    assert files.kind(inside) == "absent"
    assert files.read(inside) is None


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space on that file system and run it again"),
        (errno.EDQUOT, "free some of your quota and run it again"),
        (errno.EROFS, "choose a folder you can write to with MOSAIC_HOME"),
        (errno.EACCES, "choose a folder of your own with MOSAIC_HOME, or change its owner"),
        (errno.EIO, "fix that and run this again; nothing that was there is lost"),
    ],
)
def test_a_failing_disk_leaves_the_old_file_and_no_temporary_one(
    files: LocalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "f"
    files.write(path, b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InstallerError, match=os.strerror(number)) as refused:
        files.write(path, b"new")
    assert refused.value.hint == hint
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["f"])


def test_ctrl_c_in_the_middle_leaves_no_temporary_file(
    files: LocalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write(tmp_path / "f", b"new")
    assert names(tmp_path) == []


def test_kinds_are_told_apart(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "linked directory").symlink_to(tmp_path / "directory")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    kinds = {name: files.kind(tmp_path / name) for name in names(tmp_path)}
    assert kinds == {
        "dangling": "other",
        "directory": "directory",
        "file": "file",
        "link": "other",
        "linked directory": "directory",
        "pipe": "other",
    }
    assert files.kind(tmp_path / "nothing") == "absent"


def test_reading_a_directory_is_explained(files: LocalFiles, tmp_path: Path) -> None:
    with pytest.raises(InstallerError, match="cannot read") as refused:
        files.read(tmp_path)
    assert refused.value.identifier == "cannot-read"


def test_removing_what_is_not_there_is_no_error(files: LocalFiles, tmp_path: Path) -> None:
    files.remove(tmp_path / "f")
    files.remove_directory(tmp_path / "d", with_contents=True)
    assert not files.is_private(tmp_path / "f")


def test_what_a_killed_run_left_goes_with_its_file(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / ".f.mosaic-tmp").write_text("half a fi")
    files.write(tmp_path / "f", b"text")
    assert names(tmp_path) == ["f"]
    (tmp_path / ".f.mosaic-tmp").write_text("half a fi")
    files.remove(tmp_path / "f")
    assert names(tmp_path) == []


def test_removing_a_link_leaves_what_it_led_to(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "f").touch()
    (tmp_path / "d").symlink_to(tmp_path / "theirs")
    files.remove_directory(tmp_path / "d", with_contents=True)
    assert names(tmp_path / "theirs") == ["f"]


def test_a_directory_goes_when_it_is_empty_or_when_its_contents_go_too(
    files: LocalFiles, tmp_path: Path
) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").touch()
    files.remove_directory(tmp_path / "d", with_contents=False)
    assert names(tmp_path / "d") == ["f"]
    files.remove_directory(tmp_path / "d", with_contents=True)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o700), (0o644, 0o600), (0o600, 0o600)])
def test_making_private_takes_the_rights_of_others_only(
    files: LocalFiles, tmp_path: Path, before: int, after: int
) -> None:
    path = tmp_path / "f"
    path.touch()
    path.chmod(before)
    assert files.is_private(path) is (before == after)
    files.make_private(path)
    assert mode(path) == after


def test_the_last_two_checksums_of_a_file_are_known(files: LocalFiles, tmp_path: Path) -> None:
    path = tmp_path / "größe"
    for digest in ("a", "b", "b", "c", "b"):
        files.note(path, digest)
    again = LocalFiles(tmp_path / "checksums.json", tmp_path)
    assert again.notes(path) == ("b", "c")
    assert again.noted_paths() == (path,)
    assert again.notes(tmp_path / "other") == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_damaged_checksums_are_as_good_as_none(
    files: LocalFiles, tmp_path: Path, text: str
) -> None:
    (tmp_path / "checksums.json").write_text(text)
    assert files.noted_paths() == ()
    files.note(tmp_path / "f", "a")
    assert files.notes(tmp_path / "f") == ("a",)
