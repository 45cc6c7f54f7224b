"""An installation on a Docker Swarm of one node, on an engine of its own."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.e2e.conftest import LOADED
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.program import Site, eventually
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.engine.engine import run

pytestmark = pytest.mark.install

ON_SWARM: dict[str, Any] = {"MOSAIC_GATEWAY_RUNTIME": "swarm", "MOSAIC_GATEWAY_BIND": "0.0.0.0"}  # noqa: S104

FOLDERS = itertools.count()


@pytest.fixture(scope="module")
def engine(
    missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[SecondEngine]:
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with SecondEngine.opened(SWARM) as opened:
        opened.load((*LOADED, built_image))
        yield opened


@pytest.fixture
def stack(engine: SecondEngine, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    folder = engine.new_folder(f"u{next(FOLDERS)}")
    inner = InnerSite(home=folder / "m", user=folder, port=site.port, within=engine.within)
    return Stack(site=inner)


def test_it_comes_stays_and_goes_on_a_swarm(stack: Stack) -> None:
    stack.install("--yes", code=4, **ON_SWARM).says("swarm-is-managed-here", "cluster init")
    assert "a Swarm of one node" in stack.run("cluster", "init", "--address", "10.99.0.1").said
    assert "manages a Swarm already" in stack.run("cluster", "init").said
    docker("service", "create", "--quiet", "--detach", "--replicas=0", "--name=other", LOADED[0])
    refused = stack.install("--yes", code=4, MOSAIC_GATEWAY_RUNTIME="swarm")
    refused.says("swarm-port-may-be-open", "gateway.bind=0.0.0.0")

    stack.install("--yes", **ON_SWARM)
    assert stack.site.has_working_token()
    assert permits() == []
    tasks = tasks_of(stack)
    assert len(tasks) == 3
    assert "Already up to date" in stack.run("install", "--yes").said
    assert "Nothing is broken" in stack.run("doctor").said
    assert tasks_of(stack) == tasks
    assert "a@example.org" in stack.run("admin", "list").said
    assert "listening on" in stack.run("gateway", "logs").said
    stack.run("install", "--yes", code=4, MOSAIC_GATEWAY_RUNTIME="container").says(
        "swarm-is-the-installed-form"
    )

    stack.run("uninstall", "--purge", "--yes")
    assert docker("service", "ls", "--format={{.Name}}") == "other"
    assert left() == ""
    assert docker("node", "inspect", "self", "--format={{len .Spec.Labels}}") == "0"
    docker("service", "rm", "other")


@pytest.mark.sampled(0)
def test_what_is_done_to_it_by_hand_is_put_right(stack: Stack) -> None:
    stack.run("cluster", "init", "--address", "10.99.0.1")
    stack.install("--yes", **ON_SWARM)
    docker("service", "rm", f"{stack.project}_gateway")
    docker("service", "update", "--quiet", "--detach", "--limit-memory=300M", valkey(stack))
    assert "gateway: 0 of 1 running" in stack.run("cluster", "status", code=6).said
    eventually(lambda: not holds(stack, "gateway") or None, "the gateway's task has ended")
    stack.run("doctor", code=9)
    stack.run("doctor", "--fix")
    assert stack.site.has_working_token()
    assert "is stopped" in stack.run("gateway", "stop").said
    assert "answers at" in stack.run("gateway", "start").said
    stack.run("uninstall", "--yes")
    assert left("volume").splitlines() == [f"{stack.project}_postgres", valkey(stack)]
    stack.install("--yes", **ON_SWARM)
    assert stack.site.has_working_token()
    stack.run("uninstall", "--purge", "--yes")
    assert left() == ""


@pytest.mark.sampled(0)
def test_a_database_never_begins_anew_by_itself(stack: Stack) -> None:
    stack.run("cluster", "init", "--address", "10.99.0.1")
    stack.install("--yes", **ON_SWARM)
    name = f"{stack.project}_postgres"
    docker("service", "scale", "--detach", f"{name}=0")
    eventually(lambda: not holds(stack, "postgres") or None, "PostgreSQL has ended")
    docker("rm", "--force", *containers(stack, "postgres", "--all"))
    docker("volume", "rm", name)
    docker("service", "scale", "--detach", f"{name}=1")
    words = "the volume on this node is empty"
    stack.install("--yes", code=6, **ON_SWARM).says("postgres failed on node", words)
    mounted = f"{name}:/volume"
    assert docker("run", "--rm", f"--volume={mounted}", LOADED[0], "ls", "-A", "/volume") == ""
    stack.run("uninstall", "--yes")
    stack.install("--yes", **ON_SWARM)
    assert stack.site.has_working_token()
    stack.run("uninstall", "--purge", "--yes")


def valkey(stack: Stack) -> str:
    return f"{stack.project}_valkey"


def docker(*words: str) -> str:
    return run("docker", *words).stdout.strip()


def containers(stack: Stack, service: str, *words: str) -> list[str]:
    label = f"label=com.docker.swarm.service.name={stack.project}_{service}"
    return docker("ps", "--quiet", f"--filter={label}", *words).split()


def holds(stack: Stack, service: str) -> bool:
    return bool(containers(stack, service))


def tasks_of(stack: Stack) -> list[str]:
    shown = json.loads(stack.run("cluster", "status", "--json").stdout)
    assert shown["healthy"]
    return [task for row in shown["services"] for task in row["tasks"]]


def permits() -> list[str]:
    """Return the services that may begin with an empty volume; what they were before may say so."""
    rows = json.loads(docker("service", "inspect", *docker("service", "ls", "--quiet").split()))
    return [row["ID"] for row in rows if "MOSAIC_MAY_BEGIN=" in json.dumps(row["Spec"])]


def left(*kinds: str) -> str:
    """Return the names of all things of those kinds, but the Swarm's own networks."""
    rows = []
    for kind in kinds or ("secret", "config", "volume"):
        rows += docker(kind, "ls", "--format={{.Name}}").splitlines()
    if not kinds:
        rows += docker("network", "ls", "--filter=driver=overlay", "--format={{.Name}}").split()
    return "\n".join(sorted(name for name in rows if name != "ingress"))
