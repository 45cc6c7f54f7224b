"""The proof: an authenticated call with the very token that is shown."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.token import VerifyToken
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Verification"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the call."""
    yield VerifyToken(gateway=wanted_gateway(facts, answers), path=facts.host.layout.token)
