"""An installation that a worker makes once, and puts back for each test of what comes after it.

It lies where it was made and has the port that it was made with, because its files name both.
"""

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.e2e.program import DEADLINE, Site, eventually
from tests.gateway.process import NO_TLS


@dataclass(frozen=True, kw_only=True)
class Original:
    """Where it lies, the copy of all that is there, and what its gateway is started with."""

    site: Site
    copy: Path
    command: tuple[str, ...]
    environment: dict[str, str]

    @classmethod
    def made(cls, site: Site, copy: Path) -> "Original":
        """Install by the program, stop the gateway, and keep a copy."""
        site.install("--yes")
        supervisor = site.supervisor()
        command, environment = tuple(supervisor.cmdline()), supervisor.environ()
        site.run("gateway", "stop")
        shutil.copytree(site.home.parent, copy, symlinks=True)
        return cls(site=site, copy=copy, command=command, environment=environment)

    def put_back(self) -> None:
        """Have the installation there as it was made, with its gateway stopped."""
        place = self.site.home.parent
        shutil.rmtree(place)
        shutil.copytree(self.copy, place, symlinks=True)

    def start(self) -> None:
        """Start the gateway with the very words that the program started it with."""
        # In a session of its own, and nobody's child: as who has ended leaves it.
        subprocess.run(
            ("setsid", "--fork", *self.command),
            env=self.environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        eventually(self._is_healthy, "the gateway answers")

    def _is_healthy(self) -> bool:
        try:
            # A bare connection: a client per attempt would take the time the gateway needs.
            socket.create_connection(("127.0.0.1", self.site.port)).close()
        except ConnectionRefusedError:
            return False
        return httpx.get(f"{self.site.url}/health", timeout=DEADLINE, verify=NO_TLS).is_success
