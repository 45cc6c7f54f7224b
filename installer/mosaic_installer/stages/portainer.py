"""The stack in Portainer, where there is one: last, so that a lost Portainer stops nothing."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.portainer import UpdatePortainer
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.wanted import wanted_stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm

TITLE = "Portainer"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the update, unless a look at Portainer showed that it cannot be had."""
    seen, url = facts.around.portainer, answers.cluster.portainer_url
    stack = wanted_stack(facts, answers)
    is_there = seen is not None and seen.result == "accepted"
    if seen is not None and is_there and url and stack is not None and is_on_swarm(answers):
        yield UpdatePortainer(stack=stack, url=url, environment=seen.environment)
