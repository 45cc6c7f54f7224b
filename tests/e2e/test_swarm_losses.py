"""What an installation on a Swarm survives: its node lost and back, the other managers lost."""

import random
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest
from docker import APIClient
from docker.errors import APIError
from tests.e2e.engine_losses import freeze, lose_power, stop, thaw
from tests.e2e.engine_network import Network
from tests.e2e.program import Done, eventually
from tests.e2e.second_engine import LOADED, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM, containers, docker, sql
from tests.e2e.swarm_nodes import MANAGER, join
from tests.e2e.visitor import Visitor
from tests.engine.engine import run
from tests.measured import Tell

pytestmark = [
    pytest.mark.install,
    pytest.mark.sampled(0),
    pytest.mark.xdist_group("losses of nodes"),  # it takes as long as all others together
]

ROUNDS = 50
SEED = 3
SHARE_NOTICED = 0.6
ALLOWED = 60.0
"""Seconds until all is well again, once the node is back; or until the Swarm is recovered."""
HEARTBEAT = "1s"
"""How often nodes report; one that is silent for three times that is missed. As it comes, 5 s."""
LONGEST_REST = 3.0
IDENTITY = "SELECT system_identifier FROM pg_control_system()"
CUT_OFF = "was not properly shut down"


@dataclass(frozen=True)
class Loss:
    """A way to lose a node, and what brings it back."""

    name: str
    lose: Callable[[Network], None]
    bring_back: Callable[[Network], None]
    is_sudden: bool = False
    """Whether the servers there are not stopped, but end at once."""


LOSSES = (
    Loss("unplugged", lambda it: it.plug(1, is_in=False), lambda it: it.plug(1, is_in=True)),
    Loss("engine killed", lambda it: first(it).kill(), lambda it: first(it).start()),
    Loss(
        "no power", lambda it: lose_power(first(it)), lambda it: first(it).start(), is_sudden=True
    ),
    Loss("engine stopped", lambda it: stop(first(it)), lambda it: first(it).start()),
    Loss("engine frozen", lambda it: freeze(first(it)), lambda it: thaw(first(it))),
)


@pytest.fixture
def node_count() -> int:
    return 3


@pytest.fixture
def stack(network: Network, first_stack: Stack) -> Stack:
    """An installation on the first of three managers."""
    first_stack.run("cluster", "init", "--address", MANAGER)
    for other in network.engines[1:3]:
        join(first_stack, other, "--manager")
    first_stack.install("--yes", **ON_SWARM)
    return first_stack


@pytest.mark.timeout(2400)
def test_the_node_of_the_data_is_lost_and_comes_back(
    network: Network, stack: Stack, measured: Tell
) -> None:
    docker("swarm", "update", f"--dispatcher-heartbeat={HEARTBEAT}")
    visitor = visitor_of(network, stack, 3)
    identity, former = sql(stack, IDENTITY), containers(stack, "postgres")
    chance = random.Random(SEED)  # noqa: S311 # no secret is made of it
    took = []
    for number in range(1, ROUNDS + 1):
        outage = Outage(LOSSES[number % len(LOSSES)], chance)
        visitor.remember(f"round {number}")
        seconds = outage.happens(network, visitor)
        took.append(seconds)
        measured(f"{number:2} {outage}: {seconds:.1f} s")
        assert visitor.remembered() == number
        assert sql(stack, IDENTITY) == identity
        later = containers(stack, "postgres")
        if later != former and not outage.loss.is_sudden:
            assert CUT_OFF not in run("docker", "logs", *later).said
        former = later
    measured(f"all well after {median(took):.1f} s, at most {max(took):.1f} s")
    assert max(took) < ALLOWED


class Outage:
    """One loss of the first node: whether it lasts until that is noticed, and how much longer."""

    def __init__(self, loss: Loss, chance: random.Random) -> None:
        self.loss = loss
        self._is_noticed = chance.random() < SHARE_NOTICED
        self._longer = chance.uniform(0, LONGEST_REST)

    def __str__(self) -> str:
        words = "noticed" if self._is_noticed else "at once"
        return f"{self.loss.name}, {words} and {self._longer:.1f} s"

    def happens(self, network: Network, visitor: Visitor) -> float:
        """Lose the node, bring it back; return the seconds from then until all is well."""
        self.loss.lose(network)
        if self._is_noticed:
            eventually(lambda: is_missed(network) or None, "the node is missed")
        time.sleep(self._longer)
        back = time.monotonic()
        self.loss.bring_back(network)
        eventually(lambda: runs_as_wanted(network) or None, "the services run again")
        visitor.waits_until_ready(ALLOWED)
        return time.monotonic() - back


@pytest.mark.parametrize("node_count", [4])
def test_a_lost_majority_is_recovered_by_one_command(
    network: Network, stack: Stack, measured: Tell
) -> None:
    worker = network.engines[3]
    task = on_worker(stack, worker)
    visitor = visitor_of(network, stack, 1)
    visitor.remember("before the loss")
    with visitor.staying() as visits:
        for number in (2, 3):
            network.plug(number, is_in=False)
        eventually(lambda: has_no_majority(stack) or None, "the majority is missed")
    measured(f"{visits.answered} requests answered without a majority")
    assert visits.answered > 0
    assert visits.failed == 0

    said = stack.run("doctor", code=4).stdout
    assert "most managers of the Swarm are lost" in said
    assert "1 problem found" in said
    stack.run("status", code=5).says("most managers of the Swarm are lost", "cluster recover")
    began = time.monotonic()
    stack.run("cluster", "recover", "--yes")
    measured(f"recovered in {time.monotonic() - began:.1f} s")
    eventually(lambda: is_whole(stack) or None, "the services run again")
    visitor.waits_until_ready(ALLOWED)
    seconds = time.monotonic() - began
    measured(f"all well after {seconds:.1f} s")
    assert seconds < ALLOWED
    for name in ("node2", "node3"):
        stack.run("cluster", "remove", name, "--yes")
    eventually(lambda: nothing_is_broken(stack) or None, "what runs counts as running")
    assert "Already up to date" in stack.run("install", "--yes").said
    assert stack.site.has_working_token()
    assert visitor.remembered() == 1
    with closing(APIClient(base_url=first(network).address)) as client:
        eventually(lambda: states(client)["node4"] == "ready" or None, "the worker is back")
    assert running_on(worker) == task


def on_worker(stack: Stack, worker: SecondEngine) -> list[str]:
    """Let something run on a node that is no manager; return the names of its containers."""
    join(stack, worker)
    worker.load(LOADED[:1])
    words = ("--quiet", "--detach", "--no-resolve-image", "--constraint=node.hostname==node4")
    docker("service", "create", *words, "--name=other", LOADED[0], "sleep", "infinity")
    return eventually(lambda: running_on(worker), "it runs on the worker")


def running_on(engine: SecondEngine) -> list[str]:
    words = ("docker", "--host", engine.address, "ps", "--format={{.Names}}")
    return run(*words).stdout.split()


def first(network: Network) -> SecondEngine:
    return network.engines[0]


def visitor_of(network: Network, stack: Stack, number: int) -> Visitor:
    """Return who comes from a node, counted from 1."""
    url = f"http://{MANAGER}:{stack.site.port}"
    return Visitor(network.engines[number - 1].within, url, stack.site.token())


def is_missed(network: Network) -> bool:
    """Whether the managers that are left have noticed that the first node is lost."""
    with closing(APIClient(base_url=network.engines[1].address)) as two, suppress(APIError):
        return states(two)["node1"] == "down"
    return False


def runs_as_wanted(network: Network) -> bool:
    """Whether the first node runs the containers of all wanted tasks, and nothing else."""
    one, two = (APIClient(base_url=engine.address) for engine in network.engines[:2])
    with closing(one), closing(two), suppress(APIError):
        rows = list_tasks(two)
        found = [row["Status"] for row in rows if row["DesiredState"] in {"running", "ready"}]
        wanted = {(each.get("ContainerStatus") or {}).get("ContainerID") for each in found}
        are_up = all(each["State"] == "running" for each in found)
        is_same = wanted == {row["Id"] for row in one.containers()}
        return are_up and is_same and len(wanted) == 3 and states(two)["node1"] == "ready"
    return False


def states(client: APIClient) -> dict[str, str]:
    """Return the states of all nodes by their names."""
    return {row["Description"]["Hostname"]: row["Status"]["State"] for row in client.nodes()}


def list_tasks(client: Any) -> list[dict[str, Any]]:
    """Return all tasks; the stubs of the SDK know little of a Swarm."""
    return list(client.tasks())


def is_whole(stack: Stack) -> bool:
    """Whether all services run, and this is known at all."""
    return not stack.run("cluster", "status", code=(0, 5, 6)).code


def nothing_is_broken(stack: Stack) -> bool:
    """Whether all has run for long enough; before, a run waits for it (`MONITOR`)."""
    return not stack.run("doctor", code=(0, 9)).code


def has_no_majority(stack: Stack) -> bool:
    done: Done = stack.run("cluster", "drain", "node1", code=(0, 1, 2, 5))
    return "most managers" in done.said
