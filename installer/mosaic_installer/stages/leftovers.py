"""What an earlier run set up and these answers no longer want: gone before the new one starts."""

from collections.abc import Iterator
from dataclasses import replace

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.services import services_of, unwanted_services
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.facts import Facts, Supervisor
from mosaic_installer.stages.gateway import gateway_of

TITLE = "Leftovers"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the end of the gateway's former form, then of containers; nothing where none is.

    Images are there by now, so that little time passes before the new form runs.
    """
    gateway = gateway_of(facts, answers)
    for supervisor in _supervisors(facts):
        if gateway.stack is not None or supervisor != gateway.supervisor:
            yield RetireGateway(gateway=replace(gateway, stack=None, supervisor=supervisor))
    wanted, unwanted = services_of(answers), unwanted_services(facts, answers)
    is_last = not wanted and facts.installation.has_containers and facts.has_usable_engine
    if unwanted or is_last:
        stack = Stack(layout=facts.layout, project=facts.project, services=wanted)
        yield RemoveContainers(stack=stack, services=unwanted)


def _supervisors(facts: Facts) -> tuple[Supervisor, ...]:
    # A daemon whose pid file was removed still listens.
    is_listening = any(listener.is_ours for listener in facts.listeners)
    return facts.installation.supervisors or (("daemon",) if is_listening else ())
