"""A token that works, on file."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.token import ObtainToken
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import gateway_of

TITLE = "Token"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the token; there is nothing to do for it when an administrator's setup brought one."""
    yield ObtainToken(
        gateway=gateway_of(facts, answers), path=facts.layout.token, email=answers.admin_email
    )
