"""Machine: all that actions ever ask of a machine. `LocalMachine` is real; tests have a fake."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.share import Said

Kind = Literal["absent", "file", "directory", "other"]


class Files(Protocol):
    """Files and directories. Every error of the system comes out as an `InstallerError`."""

    def kind(self, path: Path) -> Kind:
        """Return what is at `path`; a symbolic link is `other`, unless it leads to a directory."""

    def read(self, path: Path) -> bytes | None:
        """Return the content of the file at `path`, None when there is none."""

    def write(self, path: Path, content: bytes, *, owner: int | None = None) -> None:
        """Write a file atomically: mode 0600 from the first byte, synced, then renamed.

        `owner` is the user that it is for, where that is not ourselves.
        """

    def remove(self, path: Path) -> None:
        """Remove the file at `path`, if there is one."""

    def is_private(self, path: Path, *, owner: int | None = None) -> bool:
        """Return whether nobody but its owner, who is `owner` if given, can read or enter it."""

    def make_directory(self, path: Path) -> None:
        """Make the directory at `path` with mode 0700, whatever the umask."""

    def make_private(self, path: Path) -> None:
        """Give the file or directory at `path` to its owner alone."""

    def remove_directory(self, path: Path, *, with_contents: bool) -> None:
        """Remove the directory; without contents only if it is empty, else it stays."""

    def digests(self, path: Path) -> tuple[str, ...]:
        """Return the checksums of the contents that we wrote to `path`, newest first."""

    def note_digest(self, path: Path, digest: str) -> None:
        """Remember that `digest` is about to be written to `path`; the last two are kept."""


class Vault(Protocol):
    """The secrets: what this run was given (in memory), and what is kept or generated (on file)."""

    def get(self, name: str) -> Secret | None:
        """Return the secret `name` as it was given, or else as it is on file; None: neither."""

    def on_file(self, name: str) -> Secret | None:
        """Return the secret `name` as the owner file has it, None when it has none."""

    def keep(self, names: Sequence[str], dropped: Sequence[str]) -> None:
        """Write those of `names` that were given to the owner file, and take `dropped` out."""

    def generate(self, names: Sequence[str], copies: Mapping[str, Secret] | None = None) -> None:
        """Generate those of `names` that do not exist; never replaces one.

        One that is among `copies` is taken from there: its owner file was lost, it was not.
        """

    def remove(self) -> None:
        """Remove the owner file of the generated secrets."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A gateway that runs: its process, since when, and the fingerprint it was started with."""

    pid: int
    since: datetime
    fingerprint: str


class Service(Protocol):
    """Whatever keeps one gateway running."""

    def process(self) -> Process | None:
        """Return the running gateway, None when there is none."""

    def is_active(self) -> bool:
        """Return whether it runs, or would be started again by itself."""

    def start(self, fingerprint: str) -> None:
        """Start the gateway, carrying `fingerprint` in its environment; does not wait for it."""

    def stop(self) -> None:
        """Stop the gateway and wait until it is gone; nothing to do when it does not run."""

    def remove(self) -> None:
        """Stop it, and take away what keeps it running or starts it again."""

    def last_lines(self, count: int) -> tuple[str, ...]:
        """Return the last lines of the gateway's log."""


@dataclass(frozen=True, kw_only=True)
class Minted:
    """A token at the one moment when its text is known."""

    id: str
    token: Secret


@dataclass(frozen=True, kw_only=True)
class TokenRow:
    """A token as the gateway lists it. `is_current`: the list was asked with it."""

    id: str
    label: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class User:
    """An account, as the gateway lists it."""

    id: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What an authenticated call is made with: a token, or the session of a sign-in."""

    kind: Literal["token", "session"]
    secret: Secret


class GatewayApi(Protocol):
    """The gateway's contract over HTTP. Raises `InstallerError` when it does not answer."""

    def version(self) -> str | None:
        """Return the version of the gateway that is healthy, None while there is none."""

    def needs_setup(self) -> bool:
        """Return whether the gateway has no user yet."""

    def set_up(self, name: str, email: str, password: Secret) -> Secret:
        """Create the first administrator and return the token that comes with it."""

    def accepts(self, credential: Credential) -> bool:
        """Return whether an authenticated call with `credential` works."""

    def sign_in(self, email: str, password: Secret) -> Secret:
        """Return the key of a new session; raises `CredentialError` when refused or too often."""

    def sign_out(self, session: Secret) -> None:
        """End the session."""

    def mint(self, credential: Credential, label: str, days: int | None) -> Minted:
        """Mint a token that lives for `days`, or until it is revoked."""

    def tokens(self, credential: Credential) -> tuple[TokenRow, ...]:
        """Return every token there is, oldest first."""

    def revoke(self, credential: Credential, token_id: str) -> None:
        """Make a token useless from now on."""


class HostAuthority(Protocol):
    """The gateway's admin command: for whoever controls this host, without a password."""

    def mint(self, label: str, days: int | None) -> Minted:
        """Mint a token for the first administrator; raises `InstallerError` when there is none."""

    def users(self) -> tuple[User, ...]:
        """Return everybody who has an account, oldest first."""

    def reset_password(self, email: str, password: Secret, *flags: str) -> None:
        """Set a password; `--create` and `--promote` allow what they say."""


State = Literal["absent", "created", "starting", "healthy", "unhealthy", "restarting", "exited"]
"""What a container does; one without a health check is healthy as soon as it runs."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """The container of one service; `ports` are the addresses that it is reached at from here."""

    service: str
    image: str
    state: State
    since: datetime | None
    ports: tuple[str, ...]


class Images(Protocol):
    """The images on the container engine."""

    def has(self, name: str) -> bool:
        """Return whether the engine has the image."""

    def pull(self, names: Sequence[str]) -> None:
        """Fetch the images from their registries, all at once; says how far each is."""

    def is_built(self, name: str, on: str) -> bool:
        """Return whether the image `name` was built from what is installed, on the image `on`."""

    def build(self, name: str, on: str) -> None:
        """Build the gateway's image `name` from what is installed, on top of the image `on`."""

    def remove_image(self, name: str) -> None:
        """Remove the image, unless some container still needs it."""


class Containers(Protocol):
    """The containers, networks and volumes of one installation, known by their labels."""

    def found(self) -> tuple[Container, ...]:
        """Return the container of each service that has one, by the service's name."""

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        """Return whether these services run healthily, as their files and `fingerprints` say."""

    def up(self, fingerprints: Mapping[str, str]) -> None:
        """Create and start these services; those that changed are made anew, volumes stay."""

    def wait(self, services: Sequence[str], deadline: float) -> None:
        """Return once all are healthy; raises `UnhealthyError` when one ends, or after `deadline`
        seconds, with its last lines."""

    def stop(self, *services: str) -> None:
        """Stop the containers of these services, and leave them there."""

    def discard(self, *services: str) -> None:
        """Remove the containers of these services; volumes and networks stay."""

    def remove(self, *, with_volumes: bool) -> None:
        """Remove every container and network of the installation, and its volumes if told so."""

    def volumes(self) -> tuple[str, ...]:
        """Return the names of the installation's volumes."""

    def run(self, service: str, command: Sequence[str], *, stdin: str = "") -> str:
        """Run a program as a service would, and return what it printed: in the container of that
        service, or in one of its own while that is down; its servers are started."""

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        """Return the last lines that the container of a service printed."""


class ModelServer(Protocol):
    """An Ollama, wherever it runs."""

    def has(self, name: str) -> bool:
        """Return whether it has a model; one that does not answer has none."""

    def pull(self, name: str, tell: Callable[[str], None]) -> None:
        """Pull a model, saying how far it is; raises `InstallerError` when it does not come."""


class Machine(Protocol):
    """The one door to the outside."""

    @property
    def files(self) -> Files: ...

    @property
    def vault(self) -> Vault: ...

    @property
    def images(self) -> Images: ...

    def containers(self, stack: Stack) -> Containers: ...

    def service(self, gateway: Gateway) -> Service: ...

    def api(self, gateway: Gateway) -> GatewayApi: ...

    def host(self, gateway: Gateway) -> HostAuthority: ...

    def models(self, url: str) -> ModelServer: ...

    def seconds(self) -> float:
        """Return the seconds of a clock that only goes forward."""

    def pause(self, seconds: float) -> None:
        """Let `seconds` pass."""

    def tell(self, said: Said) -> None:
        """Say how far the running action is, or one of several things that it does."""
