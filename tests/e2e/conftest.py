"""Places to install at, and what has been installed there; every gateway ends with its test."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.e2e.program import Site
from tests.ports import reserve_port


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Nothing is installed here yet."""
    with _site(tmp_path) as place:
        yield place


@pytest.fixture
def installed(site: Site) -> Site:
    """An installation of the test's own, to do with what it likes."""
    site.install("--yes")
    return site


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all tests of a file; they only look at it."""
    with _site(tmp_path_factory.mktemp("shared")) as place:
        place.install("--yes")
        yield place


@contextmanager
def _site(folder: Path) -> Iterator[Site]:
    user = folder / "user"
    user.mkdir()
    with ExitStack() as reserved:
        place = Site(home=folder / "m", user=user, port=reserve_port(reserved))
        try:
            yield place
        finally:
            place.end()
