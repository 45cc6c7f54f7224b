"""Every service on the web that answers can turn on, as rows: its names and settings stand here."""

from mosaic_installer.core.connections.verdict import EndpointKind
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.channels import CHANNELS
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.questionnaire.sign_on import TITLES


@frozen
class Known:
    """A service that may be turned on: what people and settings call it."""

    name: str
    title: str
    kind: EndpointKind
    address: str
    """The key of the setting with its address."""
    secret: str
    """The key of the setting with what it knows us by, which is sent to that address only."""


KNOWN = (
    *(
        Known(
            name=row.name,
            title=row.title,
            kind="provider",
            address=f"providers.{row.name}_url",
            secret=row.secret_key,
        )
        for row in PROVIDERS
    ),
    *(
        Known(
            name=name,
            title=title,
            kind="channel",
            address=f"channels.{name}_url",
            secret=f"channels.{name}_bot_token",
        )
        for name, title in CHANNELS.items()
    ),
    *(
        Known(
            name=name,
            title=title,
            kind="sign-on",
            address=f"sign_on.{name}_issuer",
            secret=f"sign_on.{name}_client_secret",
        )
        for name, title in TITLES.items()
    ),
    Known(
        name="telemetry",
        title="the collector",
        kind="telemetry",
        address="telemetry.endpoint",
        secret="telemetry.otlp_headers",  # noqa: S106 - its key
    ),
)
BY_NAME = {row.name: row for row in KNOWN}
NAMES = tuple(BY_NAME)
