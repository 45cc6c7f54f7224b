"""On a Swarm, what was started goes on running; last, so that the others' time counts."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.watch import WatchServices
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.wanted import wanted_stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm

TITLE = "Watch"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the watch, unless nobody wants to wait for it."""
    stack, seconds = wanted_stack(facts, answers), answers.cluster.monitor
    if stack is not None and seconds and is_on_swarm(answers):
        yield WatchServices(stack=stack, seconds=seconds)
