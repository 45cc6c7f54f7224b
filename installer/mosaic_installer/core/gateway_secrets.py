"""The files that the gateway reads its secrets from, for the answers of this run."""

from pathlib import Path

from mosaic_installer.core.answers import KEPT_SECRETS, Answers, value_of
from mosaic_installer.core.containers.wanted import wanted_services
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import frozen

SESSION = "session_secret"
SETUP = "setup_secret"


@frozen
class SecretFile:
    """A file that the gateway reads a secret from: which, and the variable that names the file.

    Without a variable mosaic.config.json names it.
    """

    secret: str
    path: Path
    variable: str = ""
    is_generated: bool = False


def gateway_secrets(facts: Facts, answers: Answers) -> tuple[SecretFile, ...]:
    """Return the secrets of the gateway: those of its servers, and those that were given."""
    services = wanted_services(answers)
    known = (service for service in services if not service.secret_of_gateway)
    servers = (service.secret for service in known if service.secret)
    named = (service.secret_of_gateway for service in services if service.secret_of_gateway)
    given = (setting for setting in KEPT_SECRETS if setting.is_for_gateway)
    kept = (setting for setting in given if value_of(answers, setting.key) is not None)
    return (
        *(
            SecretFile(
                secret=secret,
                path=facts.host.layout.gateway_secret(secret),
                variable=f"MOSAIC_{secret.upper()}_FILE",
                is_generated=True,
            )
            for secret in (SESSION, SETUP, *servers)
        ),
        *(
            SecretFile(
                secret=secret,
                path=facts.host.layout.gateway_secret(secret),
                is_generated=True,
            )
            for secret in named
        ),
        *(
            SecretFile(
                secret=setting.name,
                path=facts.host.layout.gateway_secret(setting.name),
                variable=f"{setting.variable}_FILE",
            )
            for setting in kept
        ),
    )
