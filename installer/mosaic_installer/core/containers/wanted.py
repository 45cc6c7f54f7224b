"""Which services these answers want, from which images: all of it read off their rows."""

from mosaic_installer import __version__
from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.stack import Orchestrator, Stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm

BUILT = "mosaic-gateway"
"""The name of every image of the gateway that was built here."""


def is_wanted(service: Service, answers: Answers) -> bool:
    """Return whether these answers ask for the container of a service."""
    is_on = not service.switch or value_of(answers, service.switch) not in {None, False}
    has_own = bool(service.instead) and value_of(answers, service.instead) is not None
    return answers.tier in service.tiers and is_on and not has_own and service.condition(answers)


def wanted_services(answers: Answers) -> tuple[Service, ...]:
    """Return the rows of the containers that these answers ask for, in their order."""
    return tuple(service for service in SERVICES if is_wanted(service, answers))


def services_of(answers: Answers) -> tuple[str, ...]:
    """Return the names of the containers that these answers ask for, in their order."""
    return tuple(service.name for service in wanted_services(answers))


def unwanted_services(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return what this installation has containers or services for, and wants no more."""
    there = _there(facts, orchestrator_of(answers))
    return tuple(sorted(there - set(services_of(answers)) - {""}))


def orchestrator_of(answers: Answers) -> Orchestrator:
    """Return who makes the containers that these answers ask for."""
    return "swarm" if is_on_swarm(answers) else "compose"


def cannot_ask_swarm(facts: Facts, answers: Answers) -> bool:
    """Return whether nobody says what this installation has on a Swarm, or is to have there.

    So it is where most of its managers are lost: nothing is known to be gone then.
    """
    engine = facts.around.engine
    is_concerned = is_on_swarm(answers) or "swarm" in facts.host.installation.definitions
    return is_concerned and engine is not None and engine.swarm.is_lost


def former_stack(facts: Facts, answers: Answers) -> Stack | None:
    """Return what this installation has of the other way to make its containers; None of none."""
    former: Orchestrator = "compose" if is_on_swarm(answers) else "swarm"
    there = _there(facts, former)
    if not facts.has_usable_engine or not (there or former in facts.host.installation.definitions):
        return None
    return Stack(
        layout=facts.host.layout,
        project=facts.host.project,
        services=tuple(service.name for service in SERVICES),
        orchestrator=former,
    )


def _there(facts: Facts, orchestrator: Orchestrator) -> set[str]:
    kind = "service" if orchestrator == "swarm" else "container"
    parts = (part for part in facts.parts if not is_of_another(part, facts))
    return {part.service for part in parts if part.kind == kind}


def is_of_another(part: Part, facts: Facts) -> bool:
    """Return whether a part is of another installation, which this one is a copy of, or may be."""
    return part.home in facts.around.originals or bool(part.keeper)


def wanted_stack(facts: Facts, answers: Answers) -> Stack | None:
    """Return the containers that these answers ask for, None where they ask for none."""
    services = services_of(answers)
    project = facts.host.project
    if not services:
        return None
    return Stack(
        layout=facts.host.layout,
        project=project,
        services=services,
        orchestrator=orchestrator_of(answers),
    )


def gateway_image(facts: Facts, answers: Answers) -> str:
    """Return the image of the gateway: the user's own, or the one that is built here.

    One that is built belongs to one installation: two of them may be of different sources.
    """
    suffix = facts.host.project.removeprefix("mosaic")
    return answers.gateway.image or f"{BUILT}:{__version__.replace('+', '-')}{suffix}"


def images_of(facts: Facts, answers: Answers) -> dict[str, str]:
    """Return the image of each service by its name."""
    return {
        service.name: gateway_image(facts, answers)
        if service.name == GATEWAY
        else str(value_of(answers, service.image))
        for service in wanted_services(answers)
    }


def images_of_registries(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the images that are fetched; of a gateway's that is built, what it is built on."""
    wanted = images_of(facts, answers)
    if GATEWAY in wanted and answers.gateway.image is None:
        wanted[GATEWAY] = answers.images.python
    return tuple(sorted(set(wanted.values())))


def images_to_pull(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the images that the engine lacks and a registry has."""
    present = facts.around.engine.images if facts.around.engine else frozenset()
    return tuple(name for name in images_of_registries(facts, answers) if name not in present)
