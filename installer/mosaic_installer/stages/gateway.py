"""The gateway: kept running by systemd where it serves this user, else by a daemon of ours."""

from collections.abc import Iterator

from mosaic_installer import __version__
from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.database_file import MakeDatabase
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.secrets import RemoveSecret
from mosaic_installer.core.answers import SECRET_VARIABLES, VARIABLES, Answers
from mosaic_installer.core.containers.wanted import wanted_stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.questionnaire.model_providers import OWN_VARIABLES
from mosaic_installer.core.rendering import render
from mosaic_installer.core.runtime import (
    Container,
    Process,
    Runtime,
    SwarmService,
    is_contained,
    is_on_swarm,
)

TITLE = "Gateway"
OVERRIDES = tuple(
    dict.fromkeys(
        (
            *VARIABLES,
            *SECRET_VARIABLES,
            *OWN_VARIABLES,
            "MOSAIC_SESSION_SECRET",
            "MOSAIC_SETUP_SECRET",
            "MOSAIC_CONFIG",
            "MOSAIC_ENV_FILE",
        )
    )
)
"""Variables that would win over the gateway's own files, if a session exported them."""


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the unit, where there is one, the start, and the end of secrets nobody reads now."""
    gateway = wanted_gateway(facts, answers)
    match gateway.runtime:
        case Process(supervisor="systemd", unit_folder=folder) as process:
            for path in (folder.parents[1], folder.parent, folder):
                yield MakeDirectory(path=path, is_ours_alone=False)
            unit = render("systemd/mosaic-gateway.service", gateway=gateway, unset=OVERRIDES)
            yield WriteFile(path=process.unit(gateway.layout), content=unit)
        case Process() | Container() | SwarmService():
            pass
    if answers.tier == "local" and not facts.host.installation.database_keeper:
        yield MakeDatabase(path=gateway.layout.database)
    yield StartGateway(gateway=gateway)
    for path in gateway.layout.retired_secrets:
        # Not before: a container that still has them cannot be started without them.
        if path in facts.host.installation.secret_files:
            yield RemoveSecret(path=path)


def wanted_gateway(facts: Facts, answers: Answers) -> Gateway:
    """Return the gateway that these answers describe on this machine."""
    return Gateway(
        layout=facts.host.layout,
        python=facts.host.python,
        bind=answers.gateway.bind,
        port=answers.gateway.port,
        version=__version__,
        runtime=_runtime(facts, answers),
    )


def _runtime(facts: Facts, answers: Answers) -> Runtime:
    stack = wanted_stack(facts, answers)
    if stack is not None and is_on_swarm(answers):
        return SwarmService(stack=stack)
    if stack is not None and is_contained(answers):
        return Container(stack=stack)
    return Process(supervisor=facts.host.supervisor, unit_folder=facts.host.unit_folder)
