"""What is wrong with the network between nodes."""

from collections.abc import Iterator, Mapping

from mosaic_installer.core.cluster.node_names import joined, sorted_names
from mosaic_installer.core.cluster.problem import Problem
from mosaic_installer.core.cluster.seen import Overlap, Traffic

CLOCKS = 2.0
"""Seconds that two clocks may differ: sessions, limits and the order of logs go by them."""


def problems_of_traffic(traffic: Traffic, names: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with what nodes see of each other; `names` by their identifiers.

    Several nodes may have one name.
    """
    nodes = sorted(traffic.sights)
    problems = [problem for node in nodes for problem in _of_sight(node, traffic, names)]
    return [*problems, *_clocks(traffic, names)]


def _of_sight(identifier: str, traffic: Traffic, names: Mapping[str, str]) -> Iterator[Problem]:
    node, sight = names.get(identifier, identifier), traffic.sights[identifier]
    others = traffic.sights.keys() - {identifier}
    silent = sorted_names(names.get(each, each) for each in others - sight.ahead.keys())
    if sight.known < len(traffic.sights):
        yield Problem(
            message=f"{node} does not hear of what runs on other nodes",
            hint="open 7946/tcp and 7946/udp between all nodes",
        )
    elif silent:
        yield Problem(
            message=f"in the network between services, {node} gets no answer from {joined(silent)}",
            hint="open 4789/udp between all nodes",
        )
    if sight.cut:
        cut = sorted_names(names.get(each, each) for each in sight.cut)
        yield Problem(
            message=f"{node} gets small answers from {joined(cut)}, but no large ones: "
            "packets of full size get lost between them",
            hint="set the MTU of both machines' network interfaces to what the path between them "
            "carries, for example `ip link set dev INTERFACE mtu 1400`",
        )


def _clocks(traffic: Traffic, names: Mapping[str, str]) -> list[Problem]:
    pairs = [
        (abs(ahead), names.get(node, node), names.get(other, other), ahead)
        for node, sight in traffic.sights.items()
        for other, ahead in sight.ahead.items()
    ]
    worst = max(pairs, default=None)
    if worst is None or worst[0] <= CLOCKS:
        return []
    apart, node, other, ahead = worst
    late, early = (node, other) if ahead > 0 else (other, node)
    return [
        Problem(
            message=f"the clock of {early} is {apart:.0f} s ahead of that of {late}",
            hint="let both follow a time server (`timedatectl set-ntp true`)",
        )
    ]


def problem_of_overlap(overlap: Overlap) -> Problem:
    """Return what is wrong where a network of the Swarm and a route share addresses."""
    return Problem(
        message=f"the network `{overlap.name}` of the Swarm uses {overlap.subnet}, which this "
        f"machine reaches over {overlap.interface} as {overlap.route}",
        hint="one of the two cannot be reached: give the Swarm other addresses when you make it "
        "(`docker swarm init --default-addr-pool`)",
    )


def notes_of(traffic: Traffic | None, names: Mapping[str, str]) -> list[str]:
    """Return what a person should know that is no problem: what was not tried, what is open."""
    untried = traffic.lacking.items() if traffic else ()
    return [
        *(f"not tried from {names.get(node, node)}: {why}" for node, why in sorted(untried)),
        "what services say to each other is not encrypted on its way between nodes",
    ]
