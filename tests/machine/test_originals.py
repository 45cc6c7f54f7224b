"""Whose containers are those of our name: a copy's original, another user's, or our own."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.originals import is_original

pytestmark = pytest.mark.unit

NOBODY = 65534


@contextmanager
def nobody_special() -> Iterator[None]:
    """As root, be somebody to whom closed folders are closed."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_an_original_is_told_by_its_name(tmp_path: Path) -> None:
    here, there = Layout.under(tmp_path / "copy"), tmp_path / "original"
    meta = there / "config/gateway/meta.json"
    meta.parent.mkdir(parents=True)
    assert not is_original(str(there), "mosaic-1", here)
    meta.write_text(json.dumps({"project": "mosaic-1"}))
    assert is_original(str(there), "mosaic-1", here)
    assert not is_original(str(there), "mosaic-2", here)
    assert not is_original(str(here.root), "mosaic-1", here)
    assert not is_original("", "mosaic-1", here)


def test_what_may_not_be_looked_into_is_another_users(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    with nobody_special():
        assert is_original(str(closed), "mosaic", Layout.under(Path("/srv/mosaic")))
    closed.chmod(0o700)
