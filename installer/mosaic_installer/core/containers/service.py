"""A service as a row: when its container is wanted, what it is made of, who reaches it.

A row knows no engine: Compose, and what may come beside it, are renderers of these values.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.tiers import SERVER_TIERS

Form = Literal["plain", "valkey-users"]
"""How a file holds its secret: nothing but the secret, or as an ACL file of Valkey."""
Reach = Literal["gateway", "gateways", "machine", "network"]
"""Who has to reach a port. Of the gateway alone: published on 127.0.0.1 where the gateway is no
container, or where somebody chose the port. Of gateways: the same, but a port that somebody chose
is published on the address that the gateway listens on. Of this machine: published on 127.0.0.1.
Of the network: published on the address that the gateway listens on."""
User = Literal["", "root", "ours"]
"""As whom a container runs: as its image says, as root, or as the user who may read our files."""

AS_ROOT_FIRST = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID")
"""The capabilities of a container that starts as root, to take possession of its volume, and goes
on as a user of its own. KILL: its first process stays root, and hands on the signal to stop."""


@frozen
class Port:
    """A port that a service listens on; `setting` is the key of its number on this machine."""

    setting: str
    reach: Reach
    inside: int | None = None
    """The number inside the container; None: the same as on this machine."""


@frozen
class File:
    """A file that a service reads: `path` below the configuration, `target` in its container.

    It is rendered from the template of the same path, unless it holds a secret.
    """

    path: str
    target: str
    secret: str = ""
    form: Form = "plain"
    names_key: bool = False
    """Whether the public half of the provisioner's key stands in it."""


@frozen
class Health:
    """How to ask whether a service is well; times in seconds."""

    test: tuple[str, ...]
    interval: int
    timeout: int
    retries: int
    start: int
    """How long it may take to start."""
    rest: int = 0
    """How long one that was well is left alone, besides the interval: a check costs the engine
    100 ms of processor time, and a short interval is for starts only. Needs a shell and `/tmp`."""


def nothing(_answers: Answers) -> Mapping[str, str]:
    """Give a service no environment of its own."""
    return {}


def always(_answers: Answers) -> bool:
    """Want a service whatever else is answered."""
    return True


@frozen
class Service:
    """One container of an installation; its volume, where it has one, has the same name."""

    name: str
    image: str
    """The key of the setting that names the image."""
    tiers: tuple[str, ...] = SERVER_TIERS
    switch: str = ""
    """The key of the setting that turns it on; empty where it belongs to the tier."""
    instead: str = ""
    """The key of the setting that names somebody's own server in place of this one."""
    condition: Callable[[Answers], bool] = always
    """What has to hold besides."""
    ports: tuple[Port, ...] = ()
    reached_at: str = ""
    """The address that the gateway uses, without a password; `{}` is host and port."""
    secret: str = ""
    """The secret that it is made with, by its name in secrets.toml; the gateway knows it, too."""
    secret_of_gateway: str = ""
    """What the gateway knows instead."""
    files: tuple[File, ...] = ()
    volume: str = ""
    """Where its volume lies in the container; empty without one."""
    proof: str = ""
    """A file below the configuration that is only there once its volume has held something."""
    before_gateway: bool = False
    """Whether the gateway cannot start without it."""
    user: User = ""
    environment: Callable[[Answers], Mapping[str, str]] = nothing
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    capabilities: tuple[str, ...] = ()
    """Those of Linux that it keeps; all others are dropped."""
    scratch: tuple[str, ...] = ()
    """Folders in memory, which is all that it can write to besides its volume."""
    shared_memory: str = ""
    memory: str
    processes: int
    grace: int | None = None
    """Seconds that it gets to end by itself; None: as many as the engine gives."""
    health: Health | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    """Why a field is as it is, for whoever reads the rendered file."""
