"""What the system is like that everything will run on."""

from datetime import datetime

from mosaic_installer.core.frozen import frozen


@frozen
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
    has_loopback: bool
    """Whether this machine can call itself: 127.0.0.1 leads nowhere while `lo` is down."""
    has_ipv6: bool
    is_wsl: bool
    now: datetime
