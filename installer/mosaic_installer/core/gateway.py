"""The gateway as a value: where it listens, what it reads, what it runs under."""

import json
from collections.abc import Mapping
from pathlib import Path

from mosaic_installer.core.answers import KEPT_SECRETS, as_text
from mosaic_installer.core.facts.installation import Supervisor
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.runtime import Container, Process, Runtime, SwarmService

TOKEN_LABEL = "mosaic-installer"  # noqa: S105 - a label, not a token
PROGRAM = "mosaic_gateway"


def module_of(python: Path, module: str) -> tuple[str, ...]:
    """Return what runs one of our modules.

    Isolated: neither the folder it is called from, nor the variables or the user's own packages,
    decide whose code runs.
    """
    return (str(python), "-I", "-m", module)


@frozen
class Gateway:
    """One gateway: enough to start, stop, find and call it."""

    layout: Layout
    python: Path
    bind: str
    port: int
    version: str
    runtime: Runtime

    @property
    def url(self) -> str:
        """The address that this machine calls it by."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files whose content it runs with."""
        layout = self.layout
        own = (
            layout.gateway_config,
            layout.gateway_environment,
            layout.session_secret,
            layout.setup_secret,
        )
        servers = (
            layout.database_password,
            layout.valkey_password,
            layout.authority_fingerprint,
            layout.provisioner_key,
        )
        # Whether a secret is there belongs to what it runs with, so all that could be are named.
        kept = (
            layout.gateway_secret(setting.name)
            for setting in KEPT_SECRETS
            if setting.is_for_gateway
        )
        return (*own, *servers, *kept, *self._definition)

    @property
    def _definition(self) -> tuple[Path, ...]:
        """The files that say what it runs in."""
        match self.runtime:
            case Process():
                return ()
            case Container(stack=stack) | SwarmService(stack=stack):
                return stack.reads

    @property
    def command(self) -> tuple[str, ...]:
        """The gateway's program with the files it reads; a verb of its own follows."""
        layout = self.layout
        files = ("--config", layout.gateway_config, "--env-file", layout.gateway_environment)
        return (*module_of(self.python, PROGRAM), *map(str, files))


@frozen
class Meta:
    """What meta.json says: what was installed, and how to reach it. No secret."""

    version: str
    tier: str
    host: str
    port: int
    runtime: str
    supervisor: Supervisor
    installed_at: str
    project: str = ""
    """The name of the installation on its container engine; empty where it has no containers."""
    services: tuple[str, ...] = ()
    chosen: Mapping[str, str] | None = None
    """The rows of answers.toml as texts, should it be lost; None where an older version wrote."""
    replaced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What was put in the place of defaults: by the key of the setting, and by the default."""

    @classmethod
    def parse(cls, text: str) -> "Meta | None":
        """Return what meta.json says, or None when it is damaged: it can be rendered again."""
        try:
            row = json.loads(text)
            return cls(
                version=str(row["version"]),
                tier=str(row["tier"]),
                host=str(row["host"]),
                port=int(row["port"]),
                runtime=str(row["runtime"]),
                supervisor="systemd" if row["supervisor"] == "systemd" else "daemon",
                installed_at=str(row["installedAt"]),
                project=str(row.get("project", "")),
                services=tuple(str(name) for name in row.get("services", ())),
                chosen=_texts(row["chosen"]) if "chosen" in row else None,
                replaced={key: _texts(each) for key, each in row.get("replaced", {}).items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None


def _texts(rows: Mapping[str, object]) -> dict[str, str]:
    return {key: as_text(value) for key, value in rows.items()}
