"""Where only Compose v1 is installed, in a home whose name has all that is special to it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import Site
from tests.e2e.stack import Stack

pytestmark = pytest.mark.install

NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}
AWKWARD = "a $HOME ${x} $$ \"b' c\\d #e é"


def without_plugin(folder: Path) -> dict[str, Any]:
    """Return a PATH with a `docker` that does not know `compose`."""
    folder.mkdir()
    program = folder / "docker"
    program.write_text(
        f'#!/bin/sh\n[ "$1" != compose ] || exit 1\nexec {shutil.which("docker")} "$@"\n'
    )
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.fixture
def awkward(stack: Stack, tmp_path: Path) -> Iterator[Stack]:
    """A place in a home whose name has all that is special to Compose."""
    site = Site(home=tmp_path / AWKWARD / "m", user=stack.site.user, port=stack.site.port)
    place = Stack(site=site)
    yield place
    place.clear()


def proves_installed(stack: Stack, **path: Any) -> None:
    assert stack.site.has_working_token()
    marks = stack.inspect("gateway")["Config"]["Labels"]
    assert marks["org.mosaicstack.home"] == str(stack.site.home)
    assert "Already up to date" in stack.run("install", "--yes", **path).said


def test_it_installs_goes_on_and_goes_away(awkward: Stack, tmp_path: Path) -> None:
    path = without_plugin(tmp_path / "bin")
    done = awkward.install("--yes", MOSAIC_GATEWAY_RUNTIME="container", **path)
    assert "Compose 1.29" in done.said
    proves_installed(awkward, **path)
    awkward.run("install", "--yes", "--set", "gateway.cors_origin=https://example.org", **path)
    awkward.run("token", "recover", **path)
    assert awkward.site.has_working_token()
    awkward.run("uninstall", "--purge", "--yes", **path)
    assert awkward.made() == NOTHING
    assert not awkward.site.home.exists()


@pytest.mark.sampled(0)
def test_compose_v2_takes_such_a_home_as_well(awkward: Stack) -> None:
    awkward.install("--yes", MOSAIC_GATEWAY_RUNTIME="container")
    proves_installed(awkward)
    awkward.run("uninstall", "--purge", "--yes")
    assert awkward.made() == NOTHING
