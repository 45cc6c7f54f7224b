"""The services that the gateway is going to talk to, as values that can be tried."""

from collections.abc import Iterator

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.connections.providers import Connection, connections
from mosaic_installer.core.connections.sign_on import sign_ons
from mosaic_installer.core.connections.verdict import EndpointKind
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret

NAMES = {
    "provider": ("anthropic", "openai", "openrouter", "zai", "ollama"),
    "channel": ("discord", "telegram"),
    "sign-on": ("authentik", "workos", "keycloak"),
    "telemetry": ("telemetry",),
}


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


def endpoints(answers: Answers) -> tuple[Endpoint, ...]:
    """Return every service that these answers turn on, in the order of the questionnaire."""
    return tuple(_endpoints(answers))


def _endpoints(answers: Answers) -> Iterator[Endpoint]:
    for connection in connections(answers):
        yield _provider(answers, connection)
    for name, title in (("discord", "Discord"), ("telegram", "Telegram")):
        token = value_of(answers, f"channels.{name}_bot_token")
        if isinstance(token, Secret):
            yield Endpoint(
                name=name,
                title=title,
                kind="channel",
                address=f"channels.{name}_url",
                url=str(value_of(answers, f"channels.{name}_url")),
                key=f"channels.{name}_bot_token",
                secret=token,
                guild=answers.channels.discord_guild if name == "discord" else None,
            )
    for row in sign_ons(answers):
        secret = value_of(answers, f"sign_on.{row.name}_client_secret")
        yield Endpoint(
            name=row.name,
            title=row.title,
            kind="sign-on",
            address=f"sign_on.{row.name}_issuer",
            url=row.issuer,
            key=f"sign_on.{row.name}_client_secret",
            secret=secret if isinstance(secret, Secret) else None,
            client_id=row.client_id,
            callback=row.callback,
        )
    if answers.telemetry.enabled and answers.telemetry.endpoint is not None:
        yield Endpoint(
            name="telemetry",
            title="the collector",
            kind="telemetry",
            address="telemetry.endpoint",
            url=answers.telemetry.endpoint,
            key="telemetry.otlp_headers" if answers.telemetry.otlp_headers else "",
            secret=answers.telemetry.otlp_headers,
        )


def _provider(answers: Answers, connection: Connection) -> Endpoint:
    provider = connection.provider
    secret = answers.providers[provider.name].api_key
    vectors = (answers.models.embeddings,) if provider.name == "ollama" else ()
    return Endpoint(
        name=provider.name,
        title=provider.title,
        kind="provider",
        address=f"providers.{provider.name}_url",
        url=connection.url,
        key=provider.secret_key if secret else "",
        secret=secret,
        models=(*vectors, *connection.models.values()),
    )
