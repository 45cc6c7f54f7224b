"""The services that the gateway is going to talk to, as values that can be tried."""

from collections.abc import Iterator

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.connections.known import BY_NAME
from mosaic_installer.core.connections.providers import Connection, connections
from mosaic_installer.core.connections.sign_on import sign_ons
from mosaic_installer.core.connections.verdict import EndpointKind
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.questionnaire.channels import CHANNELS
from mosaic_installer.core.questionnaire.model_providers import SIZES
from mosaic_installer.core.secret import Secret


@frozen
class Endpoint:
    """A service: where it is, and what it is told and asked for."""

    name: str
    title: str
    kind: EndpointKind
    address: str
    """The key of the setting with its address."""
    url: str
    key: str = ""
    """The key of the setting with its secret; empty where it needs none."""
    secret: Secret | None = None
    models: tuple[str, ...] = ()
    """The models that it should have; the smallest is the last."""
    guild: str | None = None
    client_id: str = ""
    """What a provider of identities knows us by."""
    callback: str | None = None
    """The address to register there, where people come back from it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that decide whether it works."""
        guild = "channels.discord_guild" if self.guild else ""
        client = f"sign_on.{self.name}_client_id" if self.client_id else ""
        return tuple(key for key in (self.address, self.key, guild, client) if key)

    @property
    def model_keys(self) -> tuple[str, ...]:
        """The settings that name the models it should have."""
        if self.kind != "provider":
            return ()
        return tuple(f"providers.{self.name}_{size}" for size in SIZES)


def endpoints(answers: Answers) -> tuple[Endpoint, ...]:
    """Return every service that these answers turn on, in the order of the questionnaire."""
    return tuple(_endpoints(answers))


def _endpoints(answers: Answers) -> Iterator[Endpoint]:
    for connection in connections(answers):
        yield _provider(answers, connection)
    for name in CHANNELS:
        if _secret(answers, name) is not None:
            guild = answers.channels.discord_guild if name == "discord" else None
            yield replace(_known(answers, name), guild=guild)
    for row in sign_ons(answers):
        known = _known(answers, row.name)
        yield replace(known, client_id=row.client_id, callback=row.callback)
    if answers.telemetry.enabled and answers.telemetry.endpoint is not None:
        yield _known(answers, "telemetry")


def _provider(answers: Answers, connection: Connection) -> Endpoint:
    name = connection.provider.name
    vectors = (answers.models.embeddings,) if name == "ollama" else ()
    return replace(_known(answers, name), models=(*vectors, *connection.models.values()))


def _known(answers: Answers, name: str) -> Endpoint:
    """Return what is the same of every kind of service."""
    row, secret = BY_NAME[name], _secret(answers, name)
    return Endpoint(
        name=name,
        title=row.title,
        kind=row.kind,
        address=row.address,
        url=str(value_of(answers, row.address)),
        key=row.secret if secret else "",
        secret=secret,
    )


def _secret(answers: Answers, name: str) -> Secret | None:
    found = value_of(answers, BY_NAME[name].secret)
    return found if isinstance(found, Secret) else None
