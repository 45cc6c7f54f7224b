"""What an engine has of an installation on its Swarm, as Docker's own command tells it."""

import json
from typing import Any

from tests.e2e.stack import Stack
from tests.engine.engine import run

ON_SWARM: dict[str, Any] = {
    "MOSAIC_GATEWAY_RUNTIME": "swarm",
    "MOSAIC_GATEWAY_BIND": "0.0.0.0",  # noqa: S104
    "MOSAIC_CLUSTER_MONITOR": "0",
}
"""One test waits to see whether services go on running (`test_swarm_faults`); others need not."""


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


def versions() -> dict[str, int]:
    """Return how often each service was written, its node's labels among them."""
    rows = json.loads(docker("service", "inspect", *docker("service", "ls", "--quiet").split()))
    rows += json.loads(docker("node", "inspect", "self"))
    return {row["ID"]: row["Version"]["Index"] for row in rows}


def moment() -> str:
    """Return what time it is for the engine."""
    return docker("info", "--format={{.SystemTime}}")


def containers_made(since: str) -> str:
    """Return the containers that the engine has made since that moment, also those that went."""
    wanted = ("--filter=type=container", "--filter=event=create", "--format={{.ID}}")
    return docker("events", f"--since={since}", f"--until={moment()}", *wanted)


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


def sql(stack: Stack, sentence: str, database: str = "mosaic") -> str:
    (container,) = containers(stack, "postgres")
    words = ("psql", "--username=mosaic", f"--dbname={database}", "-At", "-c", sentence)
    return docker("exec", container, *words)
