"""From containers to a Swarm and back, killed in between; deployed by hand."""

import json
from pathlib import Path

import pytest
from tests.e2e.journal_killer import killed_install
from tests.e2e.program import eventually
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM, docker, left, permits

from mosaic_installer.core.containers.labels import PROJECT

pytestmark = pytest.mark.install


@pytest.fixture
def stack(swarm_stack: Stack) -> Stack:
    return swarm_stack


@pytest.mark.sampled(0)
def test_containers_become_services_and_containers_again(stack: Stack, tmp_path: Path) -> None:
    stack.run("cluster", "init", "--address", "10.99.0.1")
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="container")
    token, volumes = stack.site.token(), left("volume")
    stack.run("memory", "add", "the harbour is at Trieste")

    planned = stack.run("install", "--dry-run", **ON_SWARM)
    assert "Remove the containers, which become services of the Swarm" in planned.said
    killed_install(stack, tmp_path, "begun StartServers 1", **ON_SWARM)
    assert stack.made()["containers"] == []
    stack.run("doctor", code=9)
    stack.run("install", "--yes")
    assert is_as_before(stack, token, volumes)
    assert permits() == []
    assert "gateway: 1 of 1 running" in stack.run("cluster", "status").said

    off = {"MOSAIC_GATEWAY_RUNTIME": "container"}
    killed_install(stack, tmp_path, "begun RetireStack 1", **off)
    # As far as a run got that died within that step.
    docker("service", "rm", f"{stack.project}_gateway")
    done = stack.run("install", "--yes")
    assert "Remove the services from the Swarm" in done.said
    assert is_as_before(stack, token, volumes)
    assert stack.services() == {"postgres", "valkey", "gateway"}
    assert docker("service", "ls", "--quiet") == left("secret", "config") == ""
    assert docker("node", "inspect", "self", "--format={{len .Spec.Labels}}") == "0"

    docker("swarm", "leave", "--force")
    # As docs/cluster.md says: the engine has forgotten the names of all containers by then.
    docker("restart", *docker("ps", "--quiet", "--filter", f"label={PROJECT}").split())
    eventually(lambda: not stack.run("status", code=(0, 6)).code or None, "all is well again")
    assert stack.run("install", "--dry-run").stdout == "Nothing would change.\n"
    assert "Already up to date" in stack.run("install", "--yes").said
    stack.run("uninstall", "--purge", "--yes")
    assert left("volume") == ""


@pytest.mark.sampled(0)
def test_a_stack_that_was_deployed_by_hand_is_known_and_taken_over(
    stack: Stack, tmp_path: Path
) -> None:
    stack.run("cluster", "init", "--address", "10.99.0.1")
    stack.run("cluster", "render", code=1).says("nothing is installed")
    stack.install("--yes", **ON_SWARM)
    token, file = stack.site.token(), tmp_path / "stack.yaml"
    assert "no values" in stack.run("cluster", "render", "--output", str(file)).said
    assert file.read_text() == stack.run("cluster", "render").stdout
    secrets = (stack.site.home / "config/secrets.toml").read_text().split('"')[1::2]
    assert [each for each in secrets if each in file.read_text()] == []
    docker("service", "rm", *docker("service", "ls", "--quiet").split())
    deploy = ("stack", "deploy", "--resolve-image=never", "--detach", f"--compose-file={file}")
    eventually(lambda: not docker("ps", "--quiet") or None, "all tasks have ended")
    docker(*deploy, stack.project)
    eventually(lambda: is_whole(stack) or None, "the stack runs")
    assert stack.site.status_with(token) == 200
    said = stack.run("doctor", code=9).said
    assert "not running with the current configuration" in said
    assert "ContainerSpec.Privileges.NoNewPrivileges is false instead of true" in said
    stack.run("install", "--yes")
    assert stack.site.status_with(token) == 200
    assert "Already up to date" in stack.run("install", "--yes").said
    stack.run("uninstall", "--purge", "--yes")
    assert left() == ""


def is_as_before(stack: Stack, token: str, volumes: str) -> bool:
    """Whether the token, the volumes and what is in them are those that there were."""
    assert stack.site.token() == token
    assert stack.site.status_with(token) == 200
    assert left("volume") == volumes
    assert "Trieste" in stack.run("memory", "list").said
    return "Already up to date" in stack.run("install", "--yes").said


def is_whole(stack: Stack) -> bool:
    shown = stack.run("cluster", "status", "--json", code=(0, 6))
    return bool(json.loads(shown.stdout)["healthy"])
