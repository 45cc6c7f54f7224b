"""The secrets that the gateway and its servers need: generated once, or given once and kept."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.secrets import (
    GenerateSecrets,
    KeepSecrets,
    RemoveSecret,
    WriteSecret,
)
from mosaic_installer.core.answers import KEPT_SECRETS, Answers, value_of
from mosaic_installer.core.containers.swarm_key import SWARM_KEY
from mosaic_installer.core.containers.users import secret_reader
from mosaic_installer.core.containers.wanted import wanted_services
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.gateway_secrets import gateway_secrets
from mosaic_installer.core.runtime import is_on_swarm

TITLE = "Secrets"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the owner file first, then what is derived from it."""
    layout = facts.host.layout
    files = gateway_secrets(facts, answers)
    made = (file.secret for file in files if file.is_generated)
    of_servers = tuple(_of_servers(facts, answers))
    of_swarm = (SWARM_KEY,) if is_on_swarm(answers) and wanted_services(answers) else ()
    yield GenerateSecrets(
        path=layout.secrets,
        names=tuple(dict.fromkeys((*made, *(file.name for file in of_servers), *of_swarm))),
        copies=layout.gateway_secrets,
        other_copies=tuple(file.path for file in of_servers if file.form == "plain"),
    )
    yield from _kept(facts, answers)
    reader = secret_reader(facts, answers)
    for file in files:
        yield WriteSecret(path=file.path, name=file.secret, owner=layout.secrets, reader=reader)
    yield from of_servers
    wanted = {file.path for file in files}
    for path in (layout.gateway_secret(setting.name) for setting in KEPT_SECRETS):
        if path in facts.host.installation.secret_files and path not in wanted:
            yield RemoveSecret(path=path)


def _of_servers(facts: Facts, answers: Answers) -> Iterator[WriteSecret]:
    """Yield the files with secrets that a server, which begins as root, has for itself."""
    layout = facts.host.layout
    for service in wanted_services(answers):
        for file in service.files:
            path = layout.config / file.path
            if file.secret and path.parent != layout.gateway_secrets:
                yield WriteSecret(
                    path=path,
                    name=file.secret,
                    owner=layout.secrets,
                    form=file.form,
                    service=service.name,
                )


def _kept(facts: Facts, answers: Answers) -> Iterator[Action]:
    chosen = [setting for setting in KEPT_SECRETS if setting.key in answers.chosen]
    is_wanted = {setting.name: value_of(answers, setting.key) is not None for setting in chosen}
    if chosen:
        yield KeepSecrets(
            path=facts.host.layout.secrets,
            names=tuple(name for name in is_wanted if is_wanted[name]),
            dropped=tuple(name for name in is_wanted if not is_wanted[name]),
        )
