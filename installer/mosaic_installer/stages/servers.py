"""The servers that the gateway needs: database, queue, certificate authority."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.database import DATABASE, AlignDatabasePassword
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.compose import fingerprints_of
from mosaic_installer.core.containers.definition import definition_text
from mosaic_installer.core.containers.wanted import wanted_stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.written import digest
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Servers"
DEADLINE = 180.0


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the start, with a deadline in seconds that suits a database made on a slow disk."""
    stack = wanted_stack(facts, answers)
    if stack is not None and stack.servers:
        values = fingerprints_of(facts, answers)
        yield StartServers(
            stack=stack,
            deadline=DEADLINE,
            values=tuple(values[name] for name in stack.servers),
            compose_file=digest(definition_text(facts, answers).encode()),
        )
    if stack is not None and DATABASE in stack.services:
        yield AlignDatabasePassword(gateway=wanted_gateway(facts, answers), stack=stack)
