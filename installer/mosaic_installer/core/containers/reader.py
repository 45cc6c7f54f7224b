"""Which container stands for all of them where it is tried whether they can read our files."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.wanted import wanted_services
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm


def reader_of(answers: Answers) -> Service | None:
    """Return the gateway, or the first other service that reads files; None where nothing does."""
    if is_on_swarm(answers):
        return None  # it hands them the contents
    readers = [each for each in wanted_services(answers) if each.name == GATEWAY or each.files]
    return min(readers, key=lambda each: each.name != GATEWAY, default=None)


def is_read_already(reader: Service, facts: Facts) -> bool:
    """Return whether its container is healthy, which it is only with what it reads."""
    return any(
        part.service == reader.name and part.kind == "container" and part.health == "healthy"
        for part in facts.parts
    )
