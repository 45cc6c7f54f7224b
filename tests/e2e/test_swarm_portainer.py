"""The stack belongs to a Portainer: a stand-in that keeps to its document, and the real engine."""

import shutil

import pytest
from tests.e2e.portainer import Beside
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM, docker, left
from tests.standins.portainer import KEY

pytestmark = pytest.mark.install


def started(stack: Stack) -> int:
    """Return how many tasks there ever were."""
    return len(docker("stack", "ps", "--quiet", stack.project).split())


def is_edited_there_and_put_right(stack: Stack, portainer: Beside) -> None:
    text = portainer.text
    portainer.edit(text.replace("stop_grace_period: 60s", "stop_grace_period: 61s"))
    said = stack.run("doctor", code=9).said
    assert "not running with the current configuration" in said
    stack.run("doctor", "--fix")
    assert portainer.text == text
    assert stack.site.has_working_token()


def says_that_it_is_lost(stack: Stack) -> None:
    """Take away all that is written about the answers: the services show that there was one."""
    kept = stack.site.home / "kept"
    stack.site.config.rename(kept)
    planned = stack.run("install", "--dry-run")
    assert "a stack of a Portainer, whose address and key are lost" in planned.said
    shutil.rmtree(stack.site.config, ignore_errors=True)
    kept.rename(stack.site.config)


@pytest.mark.sampled(0)
def test_portainer_has_the_stack_as_it_runs(swarm_stack: Stack) -> None:
    stack, portainer = swarm_stack, Beside(swarm_stack)
    given = {**ON_SWARM, "MOSAIC_PORTAINER_URL": portainer.url, "MOSAIC_PORTAINER_KEY": KEY}
    stack.run("cluster", "init", "--address", "10.99.0.1")
    with portainer.running():
        wrong = {**given, "MOSAIC_PORTAINER_KEY": "another-key"}
        stack.install("--yes", code=4, **wrong).says("portainer-accepts-its-key")
        assert docker("service", "ls", "--quiet") == ""

        stack.install("--yes", **ON_SWARM)
        ever = started(stack)
        stack.install("--yes", **given)
        assert [row["Name"] for row in portainer.known["stacks"]] == [stack.project]
        assert started(stack) == ever + 3  # by us: what Portainer then deploys starts none
        portainer.edit(portainer.text)  # so it may deploy that at any time
        assert started(stack) == ever + 3
        assert "Already up to date" in stack.run("install", "--yes").said
        assert "Nothing is broken" in stack.run("doctor").said
        is_edited_there_and_put_right(stack, portainer)

    says_that_it_is_lost(stack)
    text = portainer.text
    assert "Portainer cannot be reached" in stack.run("doctor").said
    stack.install("--yes", MOSAIC_CORS_ORIGIN="https://web.example.org", **given)
    assert stack.site.has_working_token()
    with portainer.running():
        stack.run("install", "--yes")
        assert portainer.text != text
        stack.run("uninstall", "--purge", "--yes")
        assert portainer.known["stacks"] == []
    assert left() == ""
