"""What is on a container engine of an installation, as a list of its things shows it."""

from typing import Literal

from mosaic_installer.core.frozen import frozen


@frozen
class Part:
    """A container, volume or network that carries the label of an installation of Mosaic."""

    kind: Literal["container", "volume", "network", "service"]
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
    image: str = ""
    """The name of a container's image; its checksum where the name went to another since."""
    ports: tuple[tuple[int, int], ...] = ()
    """The published ports: the host's, and the container's."""
    keeper: str = ""
    """The node that a service of a Swarm was installed from, if that is another than this one."""
    replicas: int = 0
    """How many tasks a service of a Swarm is to have."""
    is_in_mesh: bool = False
    """Whether every node of a Swarm answers at its port."""
    registry: str = ""
    """Where the nodes of a Swarm pull the image of a service from, if it was pushed for them."""
    is_in_stack_words: bool = False
    """Whether a service is made of no more than a stack file can say: for Portainer."""
