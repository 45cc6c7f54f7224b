"""The gateway answers."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.gateway import WaitUntilHealthy
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Health"
DEADLINE = 60.0


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the wait, with a deadline in seconds that suits a slow, busy machine."""
    yield WaitUntilHealthy(gateway=wanted_gateway(facts, answers), deadline=DEADLINE)
