"""FakeMachine: a `Machine` made of dictionaries, whose time passes only when somebody waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fake_engine import FakeEngine
from tests.fake_gateway import FakeAgents, FakeApi, FakeClock, FakeHost, FakeKeeper, FakeService
from tests.fake_neighbours import FakeModels, FakePortainer

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.agents import AgentApi
from mosaic_installer.core.machine.api import Credential, GatewayApi
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.machine.database import Database
from mosaic_installer.core.machine.files import FileKind
from mosaic_installer.core.machine.host import HostAuthority
from mosaic_installer.core.machine.images import Images
from mosaic_installer.core.machine.models import ModelServer
from mosaic_installer.core.machine.portainer import PortainerStack
from mosaic_installer.core.machine.service import Service
from mosaic_installer.core.machine.tasks import Tasks
from mosaic_installer.core.provisioner_key import PROVISIONER_KEY
from mosaic_installer.core.runtime import Container, Process, SwarmService
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.share import Said
from mosaic_installer.errors import InstallerError

# The example of RFC 7515, A.3.
KEY = """\
{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", \
"y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "use": "sig", "alg": "ES256", \
"kid": "an-example", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"""


class Crash(Exception):
    """The power went: what a fake raises where a test wants the run to end."""


@dataclass
class Entry:
    """A file, or a directory where there is no content."""

    content: bytes | None
    mode: int
    owner: int | None = None


@dataclass
class FakeFiles:
    """`Files` in a dictionary; a write at a path of `breaks_at` crashes before it happens."""

    entries: dict[Path, Entry] = field(default_factory=dict)
    noted: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    breaks_at: set[Path] = field(default_factory=set)

    def kind(self, path: Path) -> FileKind:
        entry = self.entries.get(path)
        if entry is None:
            return "absent"
        return "directory" if entry.content is None else "file"

    def read(self, path: Path) -> bytes | None:
        entry = self.entries.get(path)
        return None if entry is None else entry.content

    def is_empty(self, path: Path) -> bool:
        return self.read(path) == b""

    def write(self, path: Path, content: bytes, *, owner: int | None = None) -> None:
        if path in self.breaks_at:
            raise Crash(path)
        if self.kind(path) == "directory":
            raise InstallerError(f"`{path}` is a directory", identifier="cannot-write")
        self.entries[path] = Entry(content, 0o600, owner)

    def remove(self, path: Path) -> None:
        self.entries.pop(path, None)

    def is_private(self, path: Path, *, owner: int | None = None) -> bool:
        entry = self.entries.get(path)
        return entry is not None and not entry.mode & 0o077 and owner in {None, entry.owner}

    def make_directory(self, path: Path) -> None:
        self.entries[path] = Entry(None, 0o700)

    def make_private(self, path: Path) -> None:
        if path not in self.entries:
            raise InstallerError(f"there is no `{path}`", identifier="cannot-write")
        self.entries[path].mode &= 0o700

    def remove_directory(
        self, path: Path, *, with_contents: bool, besides: Path | None = None
    ) -> None:
        inside = {known for known in self.entries if path in known.parents}
        if self.kind(path) != "directory" or (inside and not with_contents):
            return
        kept = {known for known in inside if besides in known.parents}
        for known in {*inside, path} - {*kept, *(parent for one in kept for parent in one.parents)}:
            del self.entries[known]

    def notes(self, path: Path) -> tuple[str, ...]:
        return self.noted.get(path, ())

    def note(self, path: Path, digest: str) -> None:
        earlier = (known for known in self.notes(path) if known != digest)
        self.noted[path] = (digest, *earlier)[:2]


@dataclass
class FakeVault:
    """`Vault` whose generated secrets can be foretold; they are gone when the file `path` is."""

    path: Path
    files: FakeFiles
    typed: dict[str, Secret] = field(default_factory=dict)
    generated: dict[str, Secret] = field(default_factory=dict)

    def get(self, name: str) -> Secret | None:
        self._notice_loss()
        return self.typed.get(name) or self.generated.get(name)

    def on_file(self, name: str) -> Secret | None:
        self._notice_loss()
        return self.generated.get(name)

    def keep(self, names: Sequence[str], dropped: Sequence[str]) -> None:
        self.generated |= {name: self.typed[name] for name in names if name in self.typed}
        for name in dropped:
            self.generated.pop(name, None)
        self.files.write(self.path, " ".join(self.generated).encode())

    def generate(self, names: Sequence[str], copies: Mapping[str, Secret] | None = None) -> None:
        for name in names:
            made = KEY if name == PROVISIONER_KEY else f"generated {name}"
            self.generated.setdefault(name, (copies or {}).get(name) or Secret(made))
        self.files.write(self.path, " ".join(self.generated).encode())

    def is_damaged(self) -> bool:
        return False

    def remove(self) -> None:
        self.generated.clear()
        self.files.remove(self.path)

    def _notice_loss(self) -> None:
        if self.files.read(self.path) is None:
            self.generated.clear()


@dataclass
class FakeDatabase:
    """`Database` of a gateway that may have a lost one open."""

    place: Path
    files: FakeFiles
    service: FakeService

    def keeper(self) -> str:
        is_lost = self.files.kind(self.place) == "absent"
        return "the running gateway" if is_lost and self.service.process() else ""

    def rescue(self) -> None:
        self.service.stop()
        self.files.write(self.place, b"saved")

    def put_aside(self, ending: str) -> None:
        self.service.stop()
        if self.place in self.files.entries:
            aside = self.place.with_name(f"{self.place.name}{ending}")
            self.files.entries[aside] = self.files.entries.pop(self.place)


class FakeMachine:
    """A machine for the installation whose secrets lie in `secrets`."""

    def __init__(self, secrets: Path = Path("/srv/mosaic/config/secrets.toml")) -> None:
        self.clock = FakeClock()
        self.files = FakeFiles()
        self.vault = FakeVault(secrets, self.files)
        self.gateway_service = FakeService(self.clock)
        self.gateway_api = FakeApi(self.gateway_service)
        self.gateway_agents = FakeAgents(self.gateway_api)
        self.told, self.pulled = list[str](), FakeModels()
        self.portainer_stack = FakePortainer()
        self.engine = FakeEngine(self.gateway_service)
        self.swarm = FakeEngine(self.gateway_service, "swarm", kept=self.engine.kept)

    @property
    def images(self) -> Images:
        return self.engine

    def containers(self, stack: Stack) -> Containers:
        return self.swarm if stack.orchestrator == "swarm" else self.engine

    def service(self, gateway: Gateway) -> Service:
        match gateway.runtime:
            case Container():
                return FakeKeeper(self.gateway_service, "engine")
            case SwarmService():
                return FakeKeeper(self.gateway_service, "swarm")
            case Process(supervisor=keeper):
                return FakeKeeper(self.gateway_service, keeper)

    def api(self, gateway: Gateway) -> GatewayApi:
        return self.gateway_api

    def agents(self, gateway: Gateway, credential: Credential) -> AgentApi:
        self.gateway_agents.credential = credential
        return self.gateway_agents

    def host(self, gateway: Gateway) -> HostAuthority:
        return FakeHost(self.gateway_api)

    def database(self, gateway: Gateway) -> Database:
        return FakeDatabase(gateway.layout.database, self.files, self.gateway_service)

    def models(self, url: str) -> ModelServer:
        return self.pulled

    def portainer(self, stack: Stack, url: str, environment: int) -> PortainerStack:
        return self.portainer_stack

    def tasks(self, stack: Stack) -> Tasks:
        return self.engine

    def seconds(self) -> float:
        return self.clock.now

    def pause(self, seconds: float) -> None:
        self.clock.now += seconds

    def tell(self, said: Said) -> None:
        self.told.append(str(said))

    def state(self) -> dict[str, object]:
        """Everything that can be seen of it from outside, to compare before with after."""
        tree = {str(path): (row.content, row.mode) for path, row in self.files.entries.items()}
        return {
            "tree": tree,
            "process": self.gateway_service.process(),
            "users": dict(self.gateway_api.users),
            "agents": dict(self.gateway_agents.agents),
            "tokens": self.gateway_api.working(),
            "engine": self.engine.state(),
            "swarm": dict(self.swarm.running),
            "models": frozenset(self.pulled.names),
            "portainer": self.portainer_stack.is_there,
        }
