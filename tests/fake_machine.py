"""FakeMachine: a `Machine` made of dictionaries, whose time passes only when somebody waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import GatewayApi, Kind, Process, Service
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError

SINCE = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


class Crash(Exception):
    """The power went: what a fake raises where a test wants the run to end."""


@dataclass
class Entry:
    """A file, or a directory where there is no content."""

    content: bytes | None
    mode: int


@dataclass
class FakeFiles:
    """`Files` in a dictionary; a write at a path of `breaks_at` crashes before it happens."""

    entries: dict[Path, Entry] = field(default_factory=dict)
    noted: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    breaks_at: set[Path] = field(default_factory=set)

    def kind(self, path: Path) -> Kind:
        entry = self.entries.get(path)
        if entry is None:
            return "absent"
        return "directory" if entry.content is None else "file"

    def read(self, path: Path) -> bytes | None:
        entry = self.entries.get(path)
        return None if entry is None else entry.content

    def write(self, path: Path, content: bytes) -> None:
        if path in self.breaks_at:
            raise Crash(path)
        if self.kind(path) == "directory":
            raise InstallerError(f"`{path}` is a directory", identifier="cannot-write")
        self.entries[path] = Entry(content, 0o600)

    def remove(self, path: Path) -> None:
        self.entries.pop(path, None)

    def is_private(self, path: Path) -> bool:
        return path in self.entries and not self.entries[path].mode & 0o077

    def make_directory(self, path: Path) -> None:
        self.entries[path] = Entry(None, 0o700)

    def make_private(self, path: Path) -> None:
        self.entries[path].mode &= 0o700

    def remove_directory(self, path: Path, *, with_contents: bool) -> None:
        inside = [known for known in self.entries if path in known.parents]
        if self.kind(path) != "directory" or (inside and not with_contents):
            return
        for known in (*inside, path):
            del self.entries[known]

    def digests(self, path: Path) -> tuple[str, ...]:
        return self.noted.get(path, ())

    def note_digest(self, path: Path, digest: str) -> None:
        earlier = (known for known in self.digests(path) if known != digest)
        self.noted[path] = (digest, *earlier)[:2]


@dataclass
class FakeVault:
    """`Vault` whose generated secrets can be foretold; they are gone when the file `path` is."""

    path: Path
    files: FakeFiles
    typed: dict[str, Secret] = field(default_factory=dict)
    generated: dict[str, Secret] = field(default_factory=dict)

    def get(self, name: str) -> Secret | None:
        if self.files.kind(self.path) == "absent":
            self.generated.clear()
        return self.typed.get(name) or self.generated.get(name)

    def generate(self, names: Sequence[str]) -> None:
        for name in names:
            self.generated.setdefault(name, Secret(f"generated {name}"))
        self.files.write(self.path, " ".join(self.generated).encode())

    def remove(self) -> None:
        self.generated.clear()
        self.files.remove(self.path)


@dataclass
class FakeClock:
    """Seconds that only waiting adds to."""

    now: float = 0.0


@dataclass
class FakeService:
    """`Service` of one gateway; it dies `lives` seconds after its start."""

    clock: FakeClock
    lives: float = float("inf")
    lines: tuple[str, ...] = ()
    fingerprint: str | None = None
    started_at: float = 0.0
    starts: int = 0

    def process(self) -> Process | None:
        if self.fingerprint is None or self.clock.now - self.started_at >= self.lives:
            return None
        return Process(pid=4711, since=SINCE, fingerprint=self.fingerprint)

    def start(self, fingerprint: str) -> None:
        self.fingerprint, self.started_at = fingerprint, self.clock.now
        self.starts += 1

    def stop(self) -> None:
        self.fingerprint = None

    def remove(self) -> None:
        self.stop()

    def last_lines(self, count: int) -> tuple[str, ...]:
        return self.lines[-count:]


@dataclass
class FakeApi:
    """`GatewayApi` that answers `delay` seconds after the start; users and tokens outlive it."""

    service: FakeService
    delay: float = 0.0
    users: dict[str, tuple[str, Secret]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def version(self) -> str | None:
        is_up = self.service.clock.now - self.service.started_at >= self.delay
        return "0.1.0" if is_up and self.service.process() is not None else None

    def needs_setup(self) -> bool:
        self._answer()
        return not self.users

    def set_up(self, name: str, email: str, password: Secret) -> Secret:
        self._answer()
        self.users[email] = (name, password)
        return self.mint("setup")

    def accepts(self, token: Secret) -> bool:
        self._answer()
        return token.reveal() in self.tokens

    def mint(self, label: str) -> Secret:
        token = f"token-{len(self.tokens) + 1}-for-{label}"
        self.tokens[token] = label
        return Secret(token)

    def _answer(self) -> None:
        if self.version() is None:
            raise InstallerError("the gateway does not answer", identifier="gateway-unreachable")


class FakeMachine:
    """A machine for the installation whose secrets lie in `secrets`."""

    def __init__(self, secrets: Path = Path("/srv/mosaic/config/secrets.toml")) -> None:
        self.clock = FakeClock()
        self.files = FakeFiles()
        self.vault = FakeVault(secrets, self.files)
        self.gateway_service = FakeService(self.clock)
        self.gateway_api = FakeApi(self.gateway_service)
        self.told: list[str] = []

    def service(self, gateway: Gateway) -> Service:
        return self.gateway_service

    def api(self, gateway: Gateway) -> GatewayApi:
        return self.gateway_api

    def mint_token(self, gateway: Gateway, label: str) -> Secret:
        if not self.gateway_api.users:
            raise InstallerError("there is no administrator", identifier="program-failed")
        return self.gateway_api.mint(label)

    def seconds(self) -> float:
        return self.clock.now

    def pause(self, seconds: float) -> None:
        self.clock.now += seconds

    def tell(self, text: str) -> None:
        self.told.append(text)

    def state(self) -> dict[str, object]:
        """Everything that can be seen of it from outside, to compare before with after."""
        tree = {str(path): (row.content, row.mode) for path, row in self.files.entries.items()}
        return {
            "tree": tree,
            "process": self.gateway_service.process(),
            "users": dict(self.gateway_api.users),
            "tokens": dict(self.gateway_api.tokens),
        }
