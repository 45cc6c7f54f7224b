"""Where everything of one installation lies. Paths only: nothing here looks at the disk."""

from hashlib import sha256
from pathlib import Path

from mosaic_installer.core.frozen import frozen

BACKUPS = "backups"
"""The folder of the data that is the person's."""


@frozen
class Layout:
    """The folders of one installation; every path we ever write is derived from them.

    `home` is set when everything lies under one folder (`MOSAIC_HOME`), else None.
    """

    home: Path | None
    config: Path
    data: Path
    state: Path

    @classmethod
    def under(cls, home: Path) -> "Layout":
        """Return the layout of an installation that lies under the one folder `home`."""
        return cls(home=home, config=home / "config", data=home / "data", state=home / "state")

    @property
    def root(self) -> Path:
        """What people know the installation by: the one folder, or the configuration folder."""
        return self.home or self.config

    @property
    def directories(self) -> tuple[Path, ...]:
        """The directories to make, outermost first."""
        home = (self.home,) if self.home else ()
        # The state holds the journal, so it is made first and goes last.
        state = (self.state, self.logs)
        return (*home, *state, self.config, self.gateway, self.gateway_secrets, self.data)

    @property
    def answers(self) -> Path:
        return self.config / "answers.toml"

    @property
    def answers_schema(self) -> Path:
        """What editors check answers.toml with."""
        return self.config / "answers.schema.json"

    @property
    def secrets(self) -> Path:
        return self.config / "secrets.toml"

    @property
    def gateway_config(self) -> Path:
        return self.config / "mosaic.config.json"

    @property
    def gateway(self) -> Path:
        return self.config / "gateway"

    @property
    def gateway_secrets(self) -> Path:
        return self.gateway / "secrets"

    @property
    def gateway_environment(self) -> Path:
        return self.gateway / ".env"

    @property
    def session_secret(self) -> Path:
        return self.gateway_secrets / "session-secret"

    @property
    def setup_secret(self) -> Path:
        return self.gateway_secrets / "setup-secret"

    def gateway_secret(self, name: str) -> Path:
        """Return the file that the gateway reads the secret `name` from."""
        return self.gateway_secrets / name.replace("_", "-")

    @property
    def database_password(self) -> Path:
        return self.gateway_secrets / "database-password"

    @property
    def valkey_password(self) -> Path:
        return self.gateway_secrets / "valkey-password"

    @property
    def provisioner_key(self) -> Path:
        """What the gateway signs its requests for certificates with."""
        return self.gateway_secret("provisioner_key")

    @property
    def authority_fingerprint(self) -> Path:
        """The root certificate that the gateway trusts, by its SHA-256."""
        return self.gateway_secret("authority_fingerprint")

    @property
    def retired_secrets(self) -> tuple[Path, ...]:
        """What version 0.1.0 gave the gateway of the authority, and nobody needs there."""
        names = ("authority_password", "authority_key")
        return tuple(self.gateway_secret(name) for name in names)

    @property
    def collector(self) -> Path:
        return self.compose / "otel-collector"

    @property
    def collector_config(self) -> Path:
        return self.collector / "config.yaml"

    @property
    def compose(self) -> Path:
        return self.config / "compose"

    @property
    def compose_file(self) -> Path:
        return self.compose / "compose.yaml"

    @property
    def swarm_file(self) -> Path:
        """What the services of a Swarm are made from, in the words of the engine's API."""
        return self.compose / "swarm.json"

    @property
    def compose_environment(self) -> Path:
        """What compose puts into its file: the fingerprint of what each container reads."""
        return self.compose / ".env"

    @property
    def compose_override(self) -> Path:
        """The user's own changes, which compose reads by itself; never written by us."""
        return self.compose / "compose.override.yaml"

    @property
    def container_secrets(self) -> Path:
        return self.compose / "secrets"

    @property
    def valkey_users(self) -> Path:
        return self.container_secrets / "valkey-users.acl"

    @property
    def meta(self) -> Path:
        return self.gateway / "meta.json"

    @property
    def token(self) -> Path:
        return self.gateway / "admin-token"

    @property
    def database(self) -> Path:
        return self.data / "mosaic.db"

    @property
    def backups(self) -> Path:
        """Where the user's backups are looked for; never written by us."""
        return self.data / BACKUPS

    @property
    def session(self) -> Path:
        return self.state / "session"

    @property
    def exchange(self) -> Path:
        """What a rotation of the token notes, to be ended by the next run."""
        return self.state / "token-exchange.json"

    @property
    def draft(self) -> Path:
        """What was answered before an interruption."""
        return self.state / "draft.toml"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    @property
    def journal(self) -> Path:
        return self.state / "journal.jsonl"

    @property
    def checksums(self) -> Path:
        return self.state / "checksums.json"

    @property
    def pid(self) -> Path:
        return self.state / "gateway.pid"

    @property
    def fingerprint(self) -> Path:
        return self.state / "gateway.fingerprint"

    @property
    def wheels(self) -> Path:
        """What the gateway's image is built from, kept for the next time."""
        return self.state / "wheels"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def gateway_log(self) -> Path:
        return self.logs / "gateway.log"

    @property
    def unit(self) -> str:
        """The name of the systemd unit: one per installation, so that two never share one."""
        return f"mosaic-gateway{self._suffix}.service"

    @property
    def project(self) -> str:
        """The name of the installation on a container engine, as long as it is not moved."""
        return f"mosaic{self._suffix}"

    @property
    def _suffix(self) -> str:
        if self.home is None:
            return ""
        return f"-{sha256(str(self.home).encode()).hexdigest()[:8]}"
