"""What these answers need to know besides: measured for them, and only as far as they ask."""

from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.registry_image import RegistryImage
from mosaic_installer.core.facts.servers import Servers
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.core.portainer.look import PortainerSeen


@frozen
class Surroundings:
    """What answers talk to, or share a machine with: engine, servers, services, a former self."""

    engine: Engine | None = None
    """None where it was not asked, because nothing needs it."""
    has_ipvs: bool | None = None
    """Whether this machine's kernel can share connections out, as a Swarm's routing mesh has it do;
    None where nothing tells, or nobody asks."""
    loads_ipvs: bool = True
    """Whether the kernel has that before Docker starts; also true where nobody asks."""
    mount_refusal: str = ""
    """Why a container could not read a private file of ours; empty where it could, or where that
    was not tried."""
    verdicts: tuple[Verdict, ...] = ()
    """What calls to services said that are new in this run; none is made when nothing is."""
    servers: Servers = field(default_factory=Servers)
    registry_images: tuple[RegistryImage, ...] = ()
    """What registries have of the images that are here; asked only with `--pull`."""
    portainer: PortainerSeen | None = None
    """What came of trying the Portainer of these answers; None where they name none, or where this
    machine manages no Swarm."""
    originals: frozenset[str] = frozenset()
    """Folders of installations that have our project's name, too: what this one is a copy of."""
    job_runs: tuple[JobRun, ...] = ()
    """What the gateway did by itself, the latest first; only doctor asks, and none where nobody can
    be asked."""
