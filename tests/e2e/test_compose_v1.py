"""Where only Compose v1 is installed, in a home whose name has all that is special to it."""

import os
import shutil
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


def test_it_installs_goes_on_and_goes_away(stack: Stack, tmp_path: Path) -> None:
    path = without_plugin(tmp_path / "bin")
    done = stack.install("--yes", **path)
    assert "Compose 1.29" in done.said
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes", **path).said
    stack.run("install", "--yes", "--set", "gateway.cors_origin=https://example.org", **path)
    stack.run("token", "recover", **path)
    assert stack.site.has_working_token()
    stack.run("uninstall", "--purge", "--yes", **path)
    assert stack.made() == NOTHING
    assert not stack.site.home.exists()


@pytest.mark.sampled(1)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_home_with_an_awkward_name(stack: Stack, tmp_path: Path, version: str) -> None:
    site = Site(home=tmp_path / AWKWARD / "m", user=stack.site.user, port=stack.site.port)
    place = Stack(site=site)
    path: dict[str, Any] = without_plugin(tmp_path / "bin") if version == "v1" else {}
    try:
        place.install("--yes", MOSAIC_GATEWAY_RUNTIME="container", **path)
        assert site.has_working_token()
        marks = place.inspect("gateway")["Config"]["Labels"]
        assert marks["org.mosaicstack.home"] == str(site.home)
        assert "Already up to date" in place.run("install", "--yes", **path).said
        place.run("uninstall", "--purge", "--yes", **path)
        assert place.made() == NOTHING
    finally:
        place.clear()
