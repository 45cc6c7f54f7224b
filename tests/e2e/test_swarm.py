"""An installation on a Docker Swarm of one node, on an engine of its own."""

import shutil

import pytest
from tests.e2e.program import EMAIL, eventually
from tests.e2e.second_engine import LOADED
from tests.e2e.stack import Stack
from tests.e2e.swarm import (
    ON_SWARM,
    containers,
    docker,
    holds,
    left,
    sql,
    valkey,
)

pytestmark = pytest.mark.install


@pytest.fixture
def stack(swarm_stack: Stack) -> Stack:
    return swarm_stack


@pytest.mark.sampled(0)
def test_what_is_done_to_it_by_hand_is_put_right(stack: Stack) -> None:
    stack.run("cluster", "init", "--address", "10.99.0.1")
    stack.install("--yes", **ON_SWARM)
    docker("service", "rm", f"{stack.project}_gateway")
    docker("service", "update", "--quiet", "--detach", "--limit-memory=300M", valkey(stack))
    assert "gateway: 0 of 1 running" in stack.run("cluster", "status", code=6).said
    eventually(lambda: not holds(stack, "gateway") or None, "the gateway's task has ended")
    limit = f"Resources.Limits.MemoryBytes is {300 << 20} instead of "
    assert limit in stack.run("doctor", code=9).said
    stack.run("doctor", "--fix")
    assert stack.site.has_working_token()
    shutil.rmtree(stack.site.home / "config/compose/secrets")
    shutil.rmtree(stack.site.home / "config/gateway/secrets")
    (stack.site.home / "config/secrets.toml").unlink()
    stack.run("install", "--yes")
    assert stack.site.has_working_token()
    shutil.rmtree(stack.site.home / "config")
    for word in ("status", "doctor"):
        stack.run(word, code=1).says("are lost, but the services", "`mosaic install` finds")
    stack.run("install", "--yes", MOSAIC_ADMIN_EMAIL=EMAIL)
    assert stack.site.has_working_token()
    assert sql(stack, "SELECT email FROM users WHERE role = 'admin'") == EMAIL
    assert "gateway: 1 of 1 running" in stack.run("cluster", "status").said
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
    # Its task makes an empty volume; without one, nothing would be started at all.
    eventually(lambda: name in left("volume") or None, "there is a volume again")
    words = "the volume on this node is empty"
    stack.install("--yes", code=6, **ON_SWARM).says("postgres failed on node", words)
    mounted = f"{name}:/volume"
    assert docker("run", "--rm", f"--volume={mounted}", LOADED[0], "ls", "-A", "/volume") == ""
    stack.run("uninstall", "--yes")
    stack.install("--yes", **ON_SWARM)
    assert stack.site.has_working_token()
    stack.run("uninstall", "--purge", "--yes")
