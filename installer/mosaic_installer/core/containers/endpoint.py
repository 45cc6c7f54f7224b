"""Where the ports of a service of a Swarm answer, and which names lead to it."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.compose_text import Document
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.published import ports_of
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.runtime import is_in_mesh


def is_behind_mesh(service: Service, answers: Answers) -> bool:
    """Return whether every node of the Swarm passes requests on to a service."""
    return service.name == GATEWAY and is_in_mesh(answers)


def endpoint_of(service: Service, answers: Answers) -> Document:
    """Return the `EndpointSpec` of a service."""
    is_in_it = is_behind_mesh(service, answers)
    ports = [
        {
            "Protocol": "tcp",
            "TargetPort": port.inside,
            "PublishedPort": port.number,
            # On the node that it runs on, or by the mesh of all nodes.
            "PublishMode": "ingress" if is_in_it else "host",
        }
        for port in ports_of(service, answers)
    ]
    # A virtual address forgets connections that were silent for 15 minutes (IPVS); the mesh is made
    # of nothing else (swarmkit: manager/controlapi/service.go refuses to publish without).
    mode: Document = {"Mode": "vip" if is_in_it else "dnsrr"}
    return {**mode, "Ports": ports} if ports else mode
