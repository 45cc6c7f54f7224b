"""The container engine of the fake machine: its images, containers and volumes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.fake_gateway import SINCE, FakeService

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.errors import InstallerError, ServerUnhealthy


@dataclass
class FakeEngine:
    """`Images`, `Containers`, `Tasks` in dictionaries; `gateway` is the container of a service."""

    gateway: FakeService
    keeper: str = "engine"
    """What the gateway says that keeps it running, where it is one of these."""
    present: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    running: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    knows_password: bool = True
    newest: dict[str, str] = field(default_factory=dict)
    """What registries have, by name; `fetched` is what came of it."""
    fetched: dict[str, str] = field(default_factory=dict)
    far: set[str] = field(default_factory=set)
    """Services whose data is on other nodes."""
    lasted: float = 0.0
    """For how many seconds everything has run."""
    crash: tuple[str, ...] = ()
    """What containers say that crash again and again; empty where they become healthy."""

    def has(self, name: str) -> bool:
        return name in self.present | self.built

    def pull(self, names: Sequence[str]) -> None:
        self.present.update(names)
        self.fetched.update({name: self.newest[name] for name in names if name in self.newest})

    def digests(self, name: str) -> frozenset[str]:
        return frozenset({self.fetched[name]} if name in self.fetched else ())

    def is_built(self, name: str, on: str) -> bool:
        return name in self.built

    def build(self, name: str, on: str) -> None:
        self.built.add(name)

    def not_pushed(self, names: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name for name in names if names[name] not in self.present)

    def push(self, names: Mapping[str, str]) -> None:
        self.present.update(names.values())

    def remove_image(self, name: str) -> None:
        self.present.discard(name)
        self.built.discard(name)

    @property
    def services(self) -> frozenset[str]:
        """Every service that has a container, the gateway's among them."""
        is_gateway = self.gateway.keeper == self.keeper and self.gateway.process() is not None
        return frozenset(self.running) | ({GATEWAY} if is_gateway else set())

    def found(self) -> tuple[FoundContainer, ...]:
        return tuple(
            FoundContainer(service=name, image="a:1", state="healthy", since=SINCE, ports=())
            for name in sorted(self.services)
        )

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        return all(self.running.get(name) == fingerprints[name] for name in fingerprints)

    def differences(self, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        return ()

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self.running.update(fingerprints)
        self.kept.update(set(fingerprints) - {GATEWAY})

    def have_run(self, _services: Sequence[str], seconds: float) -> bool:
        return self.lasted >= seconds

    def watch(self, _services: Sequence[str], seconds: float) -> None:
        self.lasted = max(self.lasted, seconds)

    def wait(self, services: Sequence[str], deadline: float) -> None:
        if self.crash:
            said = f"the container of {services[0]} crashes again and again"
            raise ServerUnhealthy(said, "fix the error in the log", last_lines=self.crash)

    def stop(self, *services: str) -> None:
        for service in services:
            self.running.pop(service, None)

    def discard(self, *services: str) -> None:
        self.stop(*services)
        if GATEWAY in services and GATEWAY in self.services:
            self.gateway.stop()

    def remove(self, *, with_volumes: bool) -> None:
        if GATEWAY in self.services:
            self.gateway.stop()
        self.running.clear()
        if with_volumes:
            self.kept.clear()

    def is_there(self) -> bool:
        return bool(self.services)

    def volumes(self) -> tuple[str, ...]:
        return tuple(sorted(self.kept))

    def is_here(self, service: str) -> bool:
        return service not in self.far

    def run(
        self, service: str, command: Sequence[str], *, stdin: str = "", alone: Sequence[str] = ()
    ) -> str:
        command = alone if alone and service in self.far else command
        if "ALTER ROLE" in command[-1]:
            self.knows_password = True
        elif "psql" in command[-1] and not self.knows_password:
            raise InstallerError("the password is wrong")
        return "fingerprint\n"

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        return ()

    def state(self) -> dict[str, object]:
        """Everything that can be seen of it from outside."""
        images = (sorted(self.present), sorted(self.built))
        return {
            "images": images,
            "fetched": dict(self.fetched),
            "running": dict(self.running),
            "volumes": sorted(self.kept),
            "knows password": self.knows_password,
        }
