"""The first agent."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.agent import MakeAgent
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Agent"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the agent; another image than ours reads its configuration, and makes its own."""
    if answers.gateway.image is None:
        yield MakeAgent(
            gateway=wanted_gateway(facts, answers),
            name=answers.agent.name,
            intent=answers.agent.intent,
        )
