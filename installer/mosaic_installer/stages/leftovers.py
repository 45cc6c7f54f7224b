"""What an earlier run set up and these answers no longer want: gone before the new one starts."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.gateway import FreePorts
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway, RetireStack
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.published import published_ports
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.wanted import (
    former_stack,
    orchestrator_of,
    services_of,
    unwanted_services,
)
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.installation import Supervisor
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.runtime import Process
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Leftovers"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the end of the gateway's former form, of containers, of a port that goes to another.

    Images are there by now, so that little time passes before the new form runs.
    """
    gateway = wanted_gateway(facts, answers)
    for supervisor in _supervisors(facts):
        former = Process(supervisor=supervisor, unit_folder=facts.host.unit_folder)
        if gateway.runtime != former:
            yield RetireGateway(gateway=replace(gateway, runtime=former))
    former_form = former_stack(facts, answers)
    if former_form is not None:
        yield RetireStack(stack=former_form)
    wanted, unwanted = services_of(answers), unwanted_services(facts, answers)
    is_last = not wanted and facts.host.installation.has_containers and facts.has_usable_engine
    if unwanted or is_last:
        stack = Stack(
            layout=facts.host.layout,
            project=facts.host.project,
            services=wanted,
            orchestrator=orchestrator_of(answers),
        )
        yield RemoveContainers(stack=stack, services=unwanted)
    servers = {port.number for port in published_ports(answers) if port.service != GATEWAY}
    if not servers.isdisjoint(_ports_of_gateway(facts)):
        yield FreePorts(gateway=gateway)


def _ports_of_gateway(facts: Facts) -> Iterator[int]:
    yield from (listener.port for listener in facts.host.listeners if listener.is_ours)
    gateways = (part for part in facts.parts if part.service == GATEWAY)
    yield from (host for part in gateways for host, _inside in part.ports)


def _supervisors(facts: Facts) -> tuple[Supervisor, ...]:
    # A daemon whose pid file was removed still listens.
    is_listening = any(listener.is_ours for listener in facts.host.listeners)
    return facts.host.installation.supervisors or (("daemon",) if is_listening else ())
