"""Gateways behind the Swarm's routing mesh: the Swarm chooses the nodes that it starts them on."""

from collections.abc import Callable

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.spread import has_node_each
from mosaic_installer.machine.engine.swarm.tasks import replicas_of


def bring_here(changes: Changes, found: Found, this: str, wait: Callable[[], None]) -> None:
    """Have one of several gateways on this node, where commands need it; `wait` until all run.

    An update that starts the new task first gives it to the node with the least to do, which this
    one, with its servers, seldom is. One more task goes to the node that has the fewest of them;
    once one less is wanted, the Swarm ends one where there are most (swarmkit:
    manager/scheduler/nodeset.go, manager/orchestrator/replicated/services.go).
    """
    service = found.services().get(GATEWAY)
    if service is None or has_node_each(service["Spec"]) or this in found.runs_on(GATEWAY):
        return
    count = replicas_of(service)
    for wanted in (count + 1, count) if count > 1 else ():
        changes.scale(GATEWAY, wanted)
        wait()


def is_published_anew(there: Document, spec: Spec) -> bool:
    """Return whether ports of a service go from its nodes to the mesh, or back.

    Whoever has a port keeps the other from it, so such a service has to end first.
    """
    return _ways(there["Spec"]) != _ways(spec)


def _ways(spec: Document) -> set[str]:
    ports = (spec.get("EndpointSpec") or {}).get("Ports") or ()
    return {str(port.get("PublishMode", "ingress")) for port in ports}
