"""Several engines in one network, as several hosts: each on a machine of its own, and a switch.

The switch is a machine of its own, too: an engine would filter what passes through its bridge.
Whatever connects them goes with these machines, also where a test is killed.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import psutil
from tests.e2e.engine_kinds import SWARM
from tests.e2e.second_engine import SecondEngine
from tests.engine.engine import run

SWITCH = "ip link add swarm0 type bridge; ip link set swarm0 up; echo ready; cat"


@dataclass(frozen=True)
class Network:
    """Engines `node1`, `node2`, … at 10.99.0.1, 10.99.0.2, …"""

    engines: Sequence[SecondEngine]
    switch: int
    """The number of a process whose network has all of the cables."""

    def plug(self, number: int, *, is_in: bool) -> None:
        """Put the cable of an engine, counted from 1, into the switch, or pull it out."""
        state = "up" if is_in else "down"
        run(*_within(self.switch), "ip", "link", "set", f"port{number}", state)


@contextmanager
def engine_network(count: int) -> Iterator[Network]:
    """So many engines that reach each other, empty; all is gone in the end."""
    with ExitStack() as stack:
        switch = stack.enter_context(_switch())
        engines = [
            stack.enter_context(
                SecondEngine.opened(replace(SWARM, prepares=f"hostname node{each}"))
            )
            for each in range(1, count + 1)
        ]
        for number, engine in enumerate(engines, 1):
            _connect(switch, number, engine.first)
        yield Network(engines=engines, switch=switch)


def _connect(switch: int, number: int, machine: int) -> None:
    port, peer = f"port{number}", ("name", "eth0", "netns", str(machine))
    run(*_within(switch), "ip", "link", "add", port, "type", "veth", "peer", *peer)
    run(*_within(switch), "ip", "link", "set", port, "master", "swarm0", "up")
    inside = _within(machine)
    run(*inside, "ip", "address", "add", f"10.99.0.{number}/24", "dev", "eth0")
    run(*inside, "ip", "link", "set", "eth0", "up")


def _within(process: int) -> tuple[str, ...]:
    return ("nsenter", f"--target={process}", "--net")


@contextmanager
def _switch() -> Iterator[int]:
    """A network of its own; it ends with the process that holds it, and that with its stdin."""
    made = ("unshare", "--net", "--fork", "--kill-child", "sh", "-euc", SWITCH)
    with subprocess.Popen(made, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == "ready\n"
        (inner,) = psutil.Process(outer.pid).children()
        yield inner.pid
