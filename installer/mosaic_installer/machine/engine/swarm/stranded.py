"""Look before a wait whether any node can run what is waited for."""

import math
import time
from collections.abc import Callable, Iterable

from mosaic_installer.core.cluster.stranded import Stranded, stranded_of
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.standing import places_of

COMING_BACK = 30.0
"""Seconds that a node that is down gets to come back: one that has just been started is called down
until its engine has told a manager. It need not be longer: what belongs there starts by itself once
the node is back, however late, so whoever is told now has lost nothing."""
PAUSE = 0.5


def refuse_stranded(found: Found, services: Iterable[str], tell: Callable[[str], None]) -> None:
    """Raise `ServerUnhealthy` where no node can run one of these services, before any is changed.

    A drained node stays drained until somebody says otherwise, so nothing is waited for; a node
    that is down may be on its way back.
    """
    names, end = tuple(services), time.monotonic() + COMING_BACK
    while stranded := _stranded(found, names):
        left = end - time.monotonic()
        if not stranded.may_return or left <= 0:
            raise stranded.refusal()
        tell(
            f"waiting for {stranded.nodes} to come back; {math.ceil(left / 10) * 10} s left at most"
        )
        time.sleep(PAUSE)


def _stranded(found: Found, services: Iterable[str]) -> Stranded | None:
    """Return those that do not run as they should, and cannot."""
    rows = found.node_rows()
    wanted = {name: _wanted(found, name) for name in services if not found.is_whole(name)}
    return stranded_of(
        {name: places_of([row for row in rows if row["ID"] in wanted[name]]) for name in wanted},
        {name: found.left_on(name) for name in wanted},
    )


def _wanted(found: Found, service: str) -> tuple[str, ...]:
    """Return the nodes that a service may run on: the gateway on this one, too, from now on."""
    places = found.places(service)
    return (*places, found.here()) if service == GATEWAY and places else places
