"""This machine as it is before anything is answered: measured once, then only read."""

from pathlib import Path

from mosaic_installer.core.facts.disk import Disk
from mosaic_installer.core.facts.installation import Installation, Supervisor
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.facts.person import Person
from mosaic_installer.core.facts.system import System
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.layout import Layout


@frozen
class Host:
    """What defaults and conditions of settings may look at: nothing in it rests on an answer."""

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

    @property
    def project(self) -> str:
        """The name of this installation on its container engine."""
        return self.installation.project or self.layout.project
