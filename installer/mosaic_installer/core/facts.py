"""What this machine is: measured once by the probe, then only read."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mosaic_installer.core.layout import Layout

if TYPE_CHECKING:
    from mosaic_installer.core.connections.verdict import Verdict

Supervisor = Literal["systemd", "daemon"]


@dataclass(frozen=True, kw_only=True)
class System:
    """The operating system, the hardware under it, and the moment of the probe."""

    name: str
    release: str
    architecture: str
    cpus: int
    memory: int
    """Bytes of memory, of the control group's limit where there is a smaller one."""
    open_files: int
    """How many files a process of ours may open."""
    has_ipv6: bool
    is_wsl: bool
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who runs us, and what their terminal can show."""

    name: str
    uid: int
    gid: int
    encoding: str
    terminal: str
    """The value of TERM, empty when there is none."""
    variables: tuple[str, ...] = ()
    """Names of the MOSAIC_ variables in the environment; never their values."""
    provider_variables: tuple[str, ...] = ()
    """Names of variables such as ANTHROPIC_API_KEY that are set; never their values."""
    proxy: str = ""
    """The name of a proxy variable that is set, empty when there is none."""
    no_proxy: str = ""


@dataclass(frozen=True, kw_only=True)
class Disk:
    """The file system that will hold the installation's folders."""

    nearest: Path
    """The nearest folder above the installation that exists."""
    is_writable: bool
    is_ours: bool
    is_directory: bool
    file_system: str
    free: int
    """Bytes that we may still use."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A TCP socket that listens on this machine."""

    address: str
    port: int
    program: str = ""
    pid: int | None = None
    is_ours: bool = False

    def blocks(self, bind: str) -> bool:
        """Return whether it keeps us from listening on the same port at address `bind`."""
        everywhere = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        return self.address == bind or self.address in everywhere or bind in everywhere

    @property
    def holder(self) -> str:
        """The words for who listens."""
        if self.pid is None:
            return "another program (root can see which: `ss -ltnp`)"
        return f"`{self.program}` (pid {self.pid})"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What is already there. Every field is asked of files and processes, never of a marker."""

    is_present: bool = False
    has_answers: bool = True
    """Whether answers.toml is there; without it the answers are rebuilt from the other files."""
    project: str = ""
    """The name on the container engine that it was installed under."""
    tier: str = ""
    version: str = ""
    installed_at: str = ""
    needs_setup: bool = True
    """Whether the gateway has no user yet; true as well when there is no database."""
    may_have_users: bool = False
    """Whether there is a database that cannot be asked now, because its server is down."""
    services: tuple[str, ...] = ()
    """The containers that it was installed with."""
    database_url: str = ""
    """Where mosaic.config.json says that the data is, without a password; empty where it does not.
    """
    queue_url: str = ""
    has_containers: bool = False
    """Whether containers may be there, also those that a run which was cut off left behind."""
    supervisors: tuple[Supervisor, ...] = ()
    """What runs the gateway as a process now, or would start it again."""
    edited: tuple[Path, ...] = ()
    """Generated files that the user changed since we wrote them."""
    secret_files: tuple[Path, ...] = ()
    """The files that the gateway reads secrets from, as far as they are there."""
    embeddings_model: str = ""
    """The model that stored vectors were made with, empty where there is none yet."""
    exposed: tuple[Path, ...] = ()
    """Files of ours that others on this machine can read."""
    dos_files: tuple[Path, ...] = ()
    """Files of ours with CRLF line endings."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A container, volume or network that carries the label of an installation of Mosaic."""

    kind: Literal["container", "volume", "network"]
    name: str
    project: str
    home: str
    service: str = ""
    state: str = ""
    """A container's, in the engine's words: `running`, `exited`, `restarting` and so on."""
    health: str = ""
    """`healthy`, `unhealthy`, `starting`; empty without a health check."""
    is_labelled: bool = True
    """A volume without labels is ours by its name: a backup put back, or a stranger's."""
    ports: tuple[tuple[int, int], ...] = ()
    """The published ports: the host's, and the container's."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The container engine, the Compose beside it, and what is there of ours."""

    address: str
    """As in DOCKER_HOST: `unix:///var/run/docker.sock`."""
    context: str = "default"
    problem: Literal["", "absent", "unreachable", "forbidden", "too-old"] = ""
    reason: str = ""
    """What is wrong, when there is a problem; a sentence for people."""
    version: str = ""
    api_version: str = ""
    architecture: str = ""
    """In the words of images: `amd64`, `arm64`."""
    storage_driver: str = ""
    data_root: str = ""
    data_root_free: int | None = None
    """Bytes; None where it cannot be measured from here, as with an engine in a virtual machine."""
    is_rootless: bool = False
    is_podman: bool = False
    is_selinux: bool = False
    memory: int = 0
    cpus: int = 0
    compose: tuple[str, ...] = ()
    """The words that start Compose; empty when there is none that can be used."""
    compose_version: str = ""
    compose_problem: str = ""
    """Why there is no Compose, or why the one that was found is not used."""
    images: frozenset[str] = frozenset()
    """Those of the images that were asked for which are present."""
    image_architectures: tuple[tuple[str, str], ...] = ()
    """Name and architecture of each image that was asked for and is present."""
    subnets: tuple[str, ...] = ()
    """The subnets of the engine's networks."""
    host_subnets: tuple[str, ...] = ()
    """The subnets that this host has routes to, without those of the engine's networks."""
    parts: tuple[Part, ...] = ()
    """Those of every installation on this engine."""

    @property
    def is_local(self) -> bool:
        """Whether it runs on this host, so that it can mount our files."""
        return self.address.startswith("unix://")

    @property
    def is_usable(self) -> bool:
        return not self.problem


@dataclass(frozen=True, kw_only=True)
class Ollama:
    """An Ollama that answers on this machine, although nobody named it."""

    url: str
    version: str
    models: int
    """How many it has."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A database or queue of the user's own, as it was found before anything was changed."""

    problem: str = ""
    """Why it cannot be used, a sentence for people; empty when it can."""
    hint: str = ""
    has_data: bool = False
    """Whether a gateway has kept its accounts there."""


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The servers that an installation uses, as far as they are there already.

    Measured only for answers that ask for them.
    """

    own_database: Server = field(default_factory=Server)
    own_valkey: Server = field(default_factory=Server)
    volume_major: str = ""
    """The major version of PostgreSQL that made the volume; empty when there is none."""
    image_major: str = ""
    """That of the image which would be started on it; empty when that is not here yet."""
    orphans: tuple[str, ...] = ()
    """Services that have a volume of ours on the engine, and whose secret is lost."""
    lost: tuple[str, ...] = ()
    """Services that were used before, and whose volume is gone."""
    backups: tuple[str, ...] = ()
    """Names of the files in the folder of backups."""
    closed_files: tuple[str, ...] = ()
    """Files for TLS of the user's own servers that are not for everybody to read."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the decisions rest on."""

    layout: Layout
    system: System
    person: Person
    disk: Disk
    installation: Installation
    supervisor: Supervisor = "daemon"
    lingers: bool = True
    """Whether the user's services outlive the user's last session."""
    unit_folder: Path = field(default=Path("~/.config/systemd/user"))
    python: Path = field(default=Path("/usr/bin/python3"))
    """The interpreter that runs us, and will run the gateway."""
    lowest_port: int = 1024
    """The lowest port that this user may listen on."""
    listeners: tuple[Listener, ...] = ()
    engine: Engine | None = None
    """None where it was not asked, because nothing needs it."""
    verdicts: "tuple[Verdict, ...]" = ()
    """What calls to services said that are new in this run; none is made when nothing is."""
    servers: Servers = field(default_factory=Servers)
    originals: frozenset[str] = frozenset()
    """Folders of installations that have our project's name, too: what this one is a copy of."""

    def holder_of(self, port: int, bind: str) -> Listener | None:
        """Return the program, not ours, that keeps us from listening at `bind`:`port`."""
        for listener in self.listeners:
            is_ours = listener.is_ours or port in self._published
            if listener.port == port and listener.blocks(bind) and not is_ours:
                return listener
        return None

    @property
    def project(self) -> str:
        """The name of this installation on its container engine."""
        return self.installation.project or self.layout.project

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is on the engine of this installation."""
        parts = self.engine.parts if self.engine else ()
        return tuple(part for part in parts if part.project == self.project)

    @property
    def has_usable_engine(self) -> bool:
        """Whether the container engine was asked, and answered."""
        return self.engine is not None and self.engine.is_usable

    @property
    def _published(self) -> set[int]:
        return {port for part in self.parts for port, _inside in part.ports}

    def next_free_port(self, port: int, bind: str, besides: Collection[int] = ()) -> int:
        """Return the first port at or above `port` where nothing keeps us from listening.

        `besides` are ports that another service of ours wants.
        """
        candidates = (number for number in range(port, 65536) if number not in besides)
        return next((each for each in candidates if self.holder_of(each, bind) is None), port)
