"""Several installations on one engine: others, a copy, one that was moved; none meets another."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import EMAIL, Site
from tests.e2e.stack import Stack

pytestmark = pytest.mark.install

PROCESS: dict[str, Any] = {"MOSAIC_GATEWAY_RUNTIME": "process"}


def started(stack: Stack) -> dict[str, tuple[str, str]]:
    rows = {name: stack.inspect(name) for name in ("postgres", "valkey", "gateway")}
    return {name: (row["Id"], row["State"]["StartedAt"]) for name, row in rows.items()}


def test_a_copy_never_acts_on_the_containers_of_the_original(broken_stack: Stack) -> None:
    stack = broken_stack
    before, made = started(stack), stack.made()
    home = stack.site.home
    copy = replace(stack.site, home=home.with_name("copy"))
    shutil.copytree(home, copy.home, symlinks=True)
    copy.run("status", code=6)
    copy.run("install", "--yes", code=4).says("of which this one is a copy")
    copy.run("gateway", "stop")
    copy.run("gateway", "start", code=1).says("of which this one is a copy")
    copy.run("doctor", "--fix", code=4)
    copy.run("uninstall", "--purge", "--yes")
    assert not copy.home.exists()
    assert started(stack) == before
    assert stack.made() == made
    assert "Already up to date" in stack.run("install", "--yes").said


def test_a_home_that_was_moved_keeps_its_project_and_its_data(broken_stack: Stack) -> None:
    stack = broken_stack
    project, volumes = stack.project, stack.made()["volumes"]
    moved = replace(stack.site, home=stack.site.home.with_name("moved to here"))
    stack.site.home.rename(moved.home)
    place = Stack(site=moved)
    place.__dict__["project"] = project
    moved.run("doctor", code=9)
    moved.run("install", "--yes")
    assert moved.has_working_token()
    assert place.psql("SELECT email FROM users") == EMAIL
    assert place.made()["volumes"] == volumes
    marks = place.inspect("gateway")["Config"]["Labels"]
    assert marks["org.mosaicstack.home"] == str(moved.home)
    assert "Already up to date" in moved.run("install", "--yes").said
    moved.run("uninstall", "--purge", "--yes")
    assert place.made() == {"containers": [], "networks": [], "volumes": [], "images": []}


def test_two_installations_never_meet(
    broken_stack: Stack, tmp_path: Path, new_port: Callable[[], int]
) -> None:
    stack = broken_stack
    other = Stack(site=Site(home=tmp_path / "other", user=stack.site.user, port=new_port()))
    try:
        before, made = started(stack), stack.made()
        other.install(
            "--yes",
            MOSAIC_POSTGRES_PORT=str(new_port()),
            MOSAIC_VALKEY_PORT=str(new_port()),
            **PROCESS,
        )
        assert other.site.has_working_token()
        assert "Already up to date" in stack.run("install", "--yes").said
        other.run("uninstall", "--purge", "--yes")
        assert other.made()["containers"] == []
        assert (started(stack), stack.made()) == (before, made)
    finally:
        other.site.end()
        other.clear()
