"""A lost or damaged database of tier `local`: seen to before anything restarts."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.database_file import RescueDatabase, SetDatabaseAside
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.runtime import Process
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Database"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield nothing where the database is well, or another check refuses to touch it."""
    found = facts.host.installation
    if answers.tier != "local":
        return
    if found.database_keeper:
        yield RescueDatabase(gateway=_as_it_runs(facts, answers))
    elif found.is_database_lost or found.database_damage:
        # Where the file is gone, what SQLite kept beside it may be all that there is of it.
        ending = f".{facts.host.system.now:%Y-%m-%d-%H%M%S}"
        yield SetDatabaseAside(gateway=_as_it_runs(facts, answers), ending=ending)


def _as_it_runs(facts: Facts, answers: Answers) -> Gateway:
    """Return the gateway in its present form, which these answers may be about to change."""
    gateway = wanted_gateway(facts, answers)
    for supervisor in facts.host.installation.supervisors:
        former = Process(supervisor=supervisor, unit_folder=facts.host.unit_folder)
        gateway = replace(gateway, runtime=former)
    return gateway
