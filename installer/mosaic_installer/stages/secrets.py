"""The secrets that the gateway and its servers need: generated once, or given once and kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.secrets import (
    GenerateSecrets,
    KeepSecrets,
    RemoveSecret,
    WriteSecret,
)
from mosaic_installer.core.answers import KEPT_SECRETS, Answers, value_of
from mosaic_installer.core.containers.services import secret_reader, services_of
from mosaic_installer.core.containers.stack import AUTHORITY, SECRETS
from mosaic_installer.core.facts import Facts

TITLE = "Secrets"
SESSION = "session_secret"
DATABASE = SECRETS["postgres"]
VALKEY = SECRETS["valkey"]


@dataclass(frozen=True, kw_only=True)
class SecretFile:
    """A file that the gateway reads a secret from: which, and the variable that names the file."""

    secret: str
    path: Path
    variable: str
    is_generated: bool = False


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the owner file first, then what is derived from it."""
    layout = facts.layout
    files = secret_files(facts, answers)
    made = tuple(file.secret for file in files if file.is_generated)
    yield GenerateSecrets(path=layout.secrets, names=made, copies=layout.gateway_secrets)
    yield from _kept(facts, answers)
    reader = secret_reader(facts, answers)
    for file in files:
        yield WriteSecret(path=file.path, name=file.secret, owner=layout.secrets, reader=reader)
    if "valkey" in services_of(answers):
        yield WriteSecret(
            path=layout.valkey_users, name=VALKEY, owner=layout.secrets, form="valkey-users"
        )
    wanted = {file.path for file in files}
    for path in (layout.gateway_secret(setting.name) for setting in KEPT_SECRETS):
        if path in facts.installation.secret_files and path not in wanted:
            yield RemoveSecret(path=path)


def secret_files(facts: Facts, answers: Answers) -> tuple[SecretFile, ...]:
    """Return the files that the gateway reads its secrets from."""
    layout = facts.layout
    services = services_of(answers)
    made = {SESSION: layout.session_secret}
    if "postgres" in services:
        made[DATABASE] = layout.database_password
    if "valkey" in services:
        made[VALKEY] = layout.valkey_password
    if AUTHORITY in services:
        made[SECRETS[AUTHORITY]] = layout.authority_password
    kept = [setting for setting in KEPT_SECRETS if value_of(answers, setting.key) is not None]
    return (
        *(
            SecretFile(
                secret=secret,
                path=path,
                variable=f"MOSAIC_{secret.upper()}_FILE",
                is_generated=True,
            )
            for secret, path in made.items()
        ),
        *(
            SecretFile(
                secret=setting.name,
                path=layout.gateway_secret(setting.name),
                variable=f"{setting.variable}_FILE",
            )
            for setting in kept
        ),
    )


def _kept(facts: Facts, answers: Answers) -> Iterator[Action]:
    chosen = [setting for setting in KEPT_SECRETS if setting.key in answers.chosen]
    is_wanted = {setting.name: value_of(answers, setting.key) is not None for setting in chosen}
    if chosen:
        yield KeepSecrets(
            path=facts.layout.secrets,
            names=tuple(name for name in is_wanted if is_wanted[name]),
            dropped=tuple(name for name in is_wanted if not is_wanted[name]),
        )
