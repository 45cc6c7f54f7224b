"""The containers of one installation as a value: what they are called and what they read."""

from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.layout import Layout

GATEWAY = "gateway"
AUTHORITY = "step-ca"
COLLECTOR = "otel-collector"
JAEGER = "jaeger"
WEB = "web"
SECRETS = {
    "postgres": "database_password",
    "valkey": "valkey_password",
    AUTHORITY: "authority_password",
}
"""The secret that each server is made with, by its name in secrets.toml."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The containers of one installation: enough to find, start and stop them.

    `project` is their name on the engine; `services` come in the order they are started in.
    """

    layout: Layout
    project: str
    services: tuple[str, ...]

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files that say what the containers are."""
        layout = self.layout
        return (layout.compose_file, layout.compose_override)

    @property
    def servers(self) -> tuple[str, ...]:
        """Everything that the gateway needs before it starts."""
        return tuple(service for service in self.services if service != GATEWAY)

    def files_of(self, service: str) -> tuple[Path, ...]:
        """Return the files, besides its volume, that a server reads."""
        layout = self.layout
        files = {
            "postgres": (layout.database_password,),
            "valkey": (layout.valkey_users,),
            COLLECTOR: (layout.collector_config,),
            AUTHORITY: (
                layout.authority_password,
                layout.authority_start,
                layout.authority_template,
            ),
        }
        return files.get(service, ())
