"""Folders of owners who may be killed."""

import tempfile
from pathlib import Path

import pytest
from tests.owned_folder import OWNER, owned_folder

pytestmark = pytest.mark.unit


def test_the_folder_of_an_owner_who_was_killed_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    abandoned, foreign = tmp_path / "mine-abandoned", tmp_path / "mine-foreign"
    for folder in (abandoned, foreign):
        (folder / "within").mkdir(parents=True)
    (abandoned / OWNER).touch()  # the lock went with its process
    with owned_folder("mine-") as one, owned_folder("mine-") as other:
        assert {*tmp_path.iterdir()} == {one, other, foreign}
    assert [*tmp_path.iterdir()] == [foreign]
