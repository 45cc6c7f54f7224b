"""PostgreSQL on another node than the one that installs: there from the beginning."""

from collections.abc import Iterator

import pytest
from tests.e2e.conftest import LOADED
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import EMAIL, Site, eventually
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

MANAGER = "10.99.0.1"
DATABASE = "pgvector/pgvector:pg17"


@pytest.fixture
def network(missing_for_engine: str, gateway_image: None, built_image: str) -> Iterator[Network]:
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with engine_network(2) as opened:
        opened.engines[0].load((*LOADED, built_image))
        yield opened


@pytest.fixture
def stack(network: Network, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A place for an installation on the first node; the second is a worker."""
    one, two = network.engines
    monkeypatch.setenv("DOCKER_HOST", one.address)
    folder = one.new_folder("u")
    stack = Stack(site=InnerSite(home=folder / "m", user=folder, port=site.port, within=one.within))
    stack.run("cluster", "init", "--address", MANAGER)
    line = stack.run("cluster", "join-token").stdout.split()
    joining = InnerSite(home=two.folder / "m", user=two.folder, port=1, within=two.within)
    joining.run("cluster", "join", MANAGER, stdin=line[1])
    return stack


def test_a_database_begins_on_another_node(network: Network, stack: Stack) -> None:
    two = network.engines[1]
    stack.run("cluster", "place", "mail", "node2", code=2).says("no service `mail`", "postgres")
    stack.run("cluster", "place", "postgres", "node2", code=5).says(
        "node2 lacks the image", f"docker save {DATABASE} | ssh node2 docker load"
    )
    two.load((DATABASE,))
    assert "will be on node2" in stack.run("cluster", "place", "postgres", "node2").said
    assert "already" in stack.run("cluster", "place", "postgres", "node2").said

    stack.install("--yes", **ON_SWARM)
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    stack.run("memory", "add", "the harbour is at Trieste")
    assert "Nothing is broken" in stack.run("doctor").said
    assert EMAIL in stack.run("admin", "list").said
    stack.run("token", "recover")
    stack.run("cluster", "place", "postgres", "node1", code=1).says("is on node2")
    refused = stack.run("install", "--yes", "--set", "gateway.runtime=container", code=4)
    refused.says("data-is-on-this-machine", "of postgres on node2")

    (stack.site.home / "config/secrets.toml").unlink()
    (stack.site.home / "config/gateway/secrets/database-password").unlink()
    stack.run("install", "--yes")
    assert stack.site.has_working_token()

    assert "on node2" in stack.run("uninstall", "--yes").said
    stack.install("--yes", **ON_SWARM)
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    assert "Trieste" in stack.run("memory", "list").said
    done = stack.run("uninstall", "--purge", "--yes")
    assert f"docker volume rm {stack.project}_postgres" in done.said
    mounted = f"--volume={stack.project}_postgres:/volume"
    assert docker(two, "run", "--rm", mounted, DATABASE, "ls", "-A", "/volume") == ""
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "nothing runs on node2")


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
