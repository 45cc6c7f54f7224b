"""The first administrator, where the gateway has none."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.answers import TakeOutSecrets
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Administrator"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield no account when the gateway has users: setting up is for the first one only."""
    found = facts.host.installation
    may_lack_users = found.needs_setup or found.may_have_users or answers.begins_anew
    if may_lack_users and answers.admin.email and answers.admin.name:
        yield CreateAdministrator(
            gateway=wanted_gateway(facts, answers),
            name=answers.admin.name,
            email=answers.admin.email,
            token=facts.host.layout.token,
        )
    # Not before: a run that is cut off until then still finds the password there.
    yield TakeOutSecrets(path=facts.host.layout.answers)
