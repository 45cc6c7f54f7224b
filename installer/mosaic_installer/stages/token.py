"""A token that works, on file."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.token import ObtainToken
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Token"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the token, unless setting up the administrator is sure to bring it.

    A database of the user's own may have its users already; and what a run that was killed asked
    of the gateway may be done only after we looked: its account is there then, and its token lost.
    """
    found = facts.host.installation
    is_empty = found.needs_setup and not (found.may_have_users or found.is_present)
    is_new = is_empty and answers.storage.database_url is None
    if not (is_new and answers.admin.email and answers.admin.name):
        yield ObtainToken(
            gateway=wanted_gateway(facts, answers),
            path=facts.host.layout.token,
            email=answers.admin.email,
        )
