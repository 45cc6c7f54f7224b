"""The ports of services: which are published on this machine, and how the gateway reaches each."""

from collections.abc import Iterator

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.containers.own_servers import without_password
from mosaic_installer.core.containers.service import Port, Service
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.services.gateway import GATEWAY_ROW
from mosaic_installer.core.containers.wanted import is_wanted, wanted_services
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.rendering import bracketed
from mosaic_installer.core.runtime import is_contained
from mosaic_installer.core.secret import Secret

LOCAL = "127.0.0.1"


@frozen
class Published:
    """A port of a service as this machine offers it."""

    service: str
    port: Port
    address: str
    number: int

    @property
    def inside(self) -> int:
        """The number of the port inside the container."""
        return self.port.inside or self.number


def published_ports(answers: Answers) -> tuple[Published, ...]:
    """Return every port of this machine that these answers ask for, the gateway's first.

    The gateway listens, whatever it runs as.
    """
    others = (service for service in wanted_services(answers) if service is not GATEWAY_ROW)
    return tuple(
        published for service in (GATEWAY_ROW, *others) for published in ports_of(service, answers)
    )


def ports_of(service: Service, answers: Answers) -> Iterator[Published]:
    """Yield the ports of a service that are published."""
    for port in service.ports:
        is_chosen = port.setting in answers.chosen
        is_needed = is_chosen or not is_contained(answers)
        if port.reach in {"gateway", "gateways"} and not is_needed:
            continue
        is_open = port.reach == "network" or (port.reach == "gateways" and is_chosen)
        yield Published(
            service=service.name,
            port=port,
            address=answers.gateway.bind if is_open else LOCAL,
            number=_number(port, answers),
        )


def wanted_numbers(answers: Answers) -> frozenset[int]:
    """Return the number of every port that these answers ask for."""
    return frozenset(published.number for published in published_ports(answers))


def server_urls(answers: Answers) -> dict[str, str]:
    """Return the addresses of the servers, without passwords, as the gateway reaches them."""
    urls = {}
    for service in SERVICES:
        own = value_of(answers, service.instead) if service.instead else None
        if not service.reached_at:
            continue
        if isinstance(own, Secret):
            urls[service.name] = without_password(own)
        elif is_wanted(service, answers):
            urls[service.name] = service.reached_at.format(_place(service, answers))
    return urls


def _place(service: Service, answers: Answers) -> str:
    """Return host and port of a service as the gateway sees it: by the first port of its row."""
    port = service.ports[0]
    if is_contained(answers):
        return f"{service.name}:{port.inside or _number(port, answers)}"
    published = next(ports_of(service, answers))
    return f"{bracketed(published.address)}:{published.number}"


def _number(port: Port, answers: Answers) -> int:
    return int(str(value_of(answers, port.setting)))
