"""The container engine as it was measured: what it is, what is wrong with it, what it has."""

from collections.abc import Mapping
from typing import Literal

from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.frozen import field, frozen


@frozen
class Swarm:
    """What an engine is in a Docker Swarm, as it says itself."""

    node: str = ""
    """The identifier of this node; empty where the engine is in no Swarm."""
    name: str = ""
    """What the engine calls its machine, and so the Swarm this node."""
    cluster: str = ""
    """The identifier of that Swarm, which only its managers know."""
    is_manager: bool = False
    managers: int = 0
    nodes: int = 0
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Services of this installation whose data is on other nodes, and the names of those."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """The nodes that each service of this installation may run on, by the service's name."""
    moves: tuple[Move, ...] = ()
    """The moves of this installation's services that have not ended, and can go on."""
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the nodes where moves have left old data, by the service's name."""
    silent: frozenset[str] = frozenset()
    """Which of those nodes are down, by their names."""
    mesh: tuple[str, ...] = ()
    """The subnets of its routing mesh, whose addresses stand for those of clients."""

    @property
    def knows_nodes(self) -> bool:
        """Whether it is a manager, and not without most of the others: then it knows no node."""
        return self.is_manager and self.nodes > 0

    @property
    def is_lost(self) -> bool:
        """Whether it is a manager without most of the others: nothing is known of its services."""
        return self.is_manager and self.nodes == 0


@frozen
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
    """The newest version of Docker's API that it speaks, `1.52`; `min_api_version` the oldest."""
    min_api_version: str = ""
    architecture: str = ""
    """In the words of images: `amd64`, `arm64`."""
    storage_driver: str = ""
    data_root: str = ""
    data_root_free: int | None = None
    """Bytes; None where it cannot be measured from here, as with an engine in a virtual machine."""
    is_rootless: bool = False
    is_podman: bool = False
    is_selinux: bool = False
    is_remapped: bool = False
    """Whether users in containers are others outside of them, root too: `userns-remap`."""
    is_desktop: bool = False
    """Whether it is Docker Desktop's, which runs in a virtual machine."""
    checks_health: bool = True
    """Whether anybody runs the health checks of its containers: Podman leaves that to systemd."""
    starts_with_machine: bool = True
    """Whether its containers come back with the machine: Podman leaves that to a unit."""
    swarm: Swarm = field(default_factory=Swarm)
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
    def is_snap(self) -> bool:
        """Whether it is confined by snap, which hides from it the hidden folders of every home."""
        return self.data_root.startswith("/var/snap/")

    @property
    def is_usable(self) -> bool:
        return not self.problem
