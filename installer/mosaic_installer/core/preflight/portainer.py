"""Checks of the Portainer that the stack is to belong to; without one they find nothing."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.portainer.look import PortainerSeen, Result


def portainer_accepts_its_key(facts: Facts, _answers: Answers) -> Finding | None:
    """A key that is refused now will be refused once all runs."""
    return _unless_known(_seen(facts, "refused"))


def portainer_has_this_swarm(facts: Facts, _answers: Answers) -> Finding | None:
    """In an environment that is another Swarm, the stack would be deployed a second time."""
    return _unless_known(_seen(facts, "elsewhere", "several"))


def portainer_is_reachable(facts: Facts, _answers: Answers) -> Finding | None:
    """What runs does not need it: so this keeps nobody from installing, and is said each time."""
    seen = _seen(facts, "unreachable", "unexpected")
    return warning(seen.message, seen.hint) if seen else None


def _unless_known(seen: PortainerSeen | None) -> Finding | None:
    """Return an error where somebody is there who has just typed it.

    What it took before, and takes no more, keeps nobody from repairing all else.
    """
    if seen is None:
        return None
    return (error if seen.is_new else warning)(seen.message, seen.hint)


def _seen(facts: Facts, *results: Result) -> PortainerSeen | None:
    seen = facts.around.portainer
    return seen if seen is not None and seen.result in results else None
