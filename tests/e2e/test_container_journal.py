"""An installation with containers whose journal is lost can be taken back all the same."""

import pytest
from tests.e2e.stack import Stack
from tests.engine.engine import run as engine_run

pytestmark = pytest.mark.install

NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}


def test_it_is_taken_back_without_its_journal(broken_stack: Stack) -> None:
    stack = broken_stack
    stack.site.journal.unlink()
    images = (
        stack.inspect("postgres")["Config"]["Image"],
        stack.inspect("valkey")["Config"]["Image"],
    )
    done = stack.run("uninstall", "--purge", "--yes")
    assert "is lost" in done.said
    assert stack.made() == NOTHING
    assert not stack.site.home.exists()
    # Whether they were there before, nobody knows.
    engine_run("docker", "image", "inspect", *images)


def test_what_is_known_of_containers_alone_is_enough(stack: Stack) -> None:
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="process")
    stack.site.journal.unlink()
    for name in ("answers.toml", "gateway/meta.json", "compose/compose.yaml"):
        (stack.site.config / name).unlink()
    stack.run("uninstall", "--purge", "--yes")
    assert stack.made() == NOTHING
    assert not stack.site.processes()
    assert not stack.site.home.exists()
