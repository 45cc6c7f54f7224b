"""The file that says what the containers of an installation are, for whoever makes them."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.compose import compose_text
from mosaic_installer.core.containers.swarm import swarm_text
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm


def definition_text(facts: Facts, answers: Answers) -> str:
    """Return the compose file, or what the services of a Swarm are made from."""
    return swarm_text(facts, answers) if is_on_swarm(answers) else compose_text(facts, answers)
