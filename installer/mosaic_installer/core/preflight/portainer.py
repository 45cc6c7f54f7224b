"""Checks of the Portainer that the stack is to belong to; without one they find nothing."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.portainer.look import PortainerSeen, Result
from mosaic_installer.core.runtime import is_on_swarm


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


def portainer_is_remembered(facts: Facts, answers: Answers) -> Finding | None:
    """Services say that a stack belongs to a Portainer, but not to which one."""
    is_lost = not facts.host.installation.version and not facts.host.installation.has_answers
    if not is_lost or not is_on_swarm(answers) or answers.cluster.portainer_url:
        return None
    if not any(part.kind == "service" and part.is_in_stack_words for part in facts.parts):
        return None
    return warning(
        "the services belong to a stack of a Portainer, whose address and key are lost",
        "give its address with `--set cluster.portainer_url=…`, and a key in "
        "MOSAIC_PORTAINER_KEY_FILE; without them, the stack goes on without Portainer: remove it "
        "there, then run `mosaic install` again",
    )


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
