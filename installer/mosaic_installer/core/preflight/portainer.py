"""Checks of the Portainer that the stack is to belong to; without one they find nothing."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.portainer.look import PortainerSeen, Result


def portainer_accepts_its_key(facts: Facts, _answers: Answers) -> Finding | None:
    """A key that is refused now will be refused once all runs."""
    seen = _seen(facts, "refused")
    return error(seen.message, seen.hint) if seen else None


def portainer_has_this_swarm(facts: Facts, _answers: Answers) -> Finding | None:
    """In an environment that is another Swarm, the stack would be deployed a second time."""
    seen = _seen(facts, "elsewhere", "several")
    return error(seen.message, seen.hint) if seen else None


def portainer_is_reachable(facts: Facts, _answers: Answers) -> Finding | None:
    """What runs does not need it: so this keeps nobody from installing, and is said each time."""
    seen = _seen(facts, "unreachable", "unexpected")
    return warning(seen.message, seen.hint) if seen else None


def _seen(facts: Facts, *results: Result) -> PortainerSeen | None:
    seen = facts.around.portainer
    return seen if seen is not None and seen.result in results else None
