"""LocalMachine: the one real `Machine`."""

import time
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.machine.agents import AgentApi
from mosaic_installer.core.machine.api import PATIENT_SECONDS, Credential, GatewayApi
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.machine.database import Database
from mosaic_installer.core.machine.host import HostAuthority
from mosaic_installer.core.machine.images import Images
from mosaic_installer.core.machine.models import ModelServer
from mosaic_installer.core.machine.portainer import PortainerStack
from mosaic_installer.core.machine.service import Service
from mosaic_installer.core.machine.tasks import Tasks
from mosaic_installer.core.runtime import Container, Process, SwarmService
from mosaic_installer.core.share import Said, Tell
from mosaic_installer.core.tokens.exchange import credential_on_file
from mosaic_installer.errors import EngineError, GatewayUnready, InstallerError
from mosaic_installer.machine.agents_api import HttpAgents
from mosaic_installer.machine.ahead import Ahead
from mosaic_installer.machine.files import LocalFiles
from mosaic_installer.machine.gateway_api import HttpGateway, SeenGateway
from mosaic_installer.machine.processes.daemon import Daemon
from mosaic_installer.machine.processes.host_authority import (
    AdminCommand,
    program_in_container,
    program_on_host,
)
from mosaic_installer.machine.processes.systemd import SystemdService
from mosaic_installer.machine.users_on_disk import users_on_disk
from mosaic_installer.machine.vault import LocalVault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mosaic_installer.machine.engine.containers import LocalContainers
    from mosaic_installer.machine.engine.look import Look
    from mosaic_installer.machine.engine.swarm.services import LocalSwarm

Users = Literal["none", "some", "unknown"]


class LocalMachine:
    """The machine we run on, for the installation at `layout`."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.files = LocalFiles(layout.checksums, layout.root)
        self.vault = LocalVault(layout.secrets, self.files)
        self.teller: Tell = lambda _said: None
        self._look: Look | None = None
        self._seen: dict[str, SeenGateway] = {}
        self._ahead = Ahead()

    @contextmanager
    def one_look(self) -> "Iterator[Look]":
        """Ask the engine, and a gateway that answers well, each question only once.

        It is for one decision, in which we change nothing. A look within another is the same.
        """
        if self._look is not None:
            yield self._look
            return
        from mosaic_installer.machine.engine.look import Look

        with closing(Look()) as look:
            self._look = look
            try:
                yield look
            finally:
                self._look = None
                self._seen.clear()
                self._ahead.close()

    @property
    def images(self) -> Images:
        from mosaic_installer.machine.images.store import LocalImages

        return LocalImages(self.layout.wheels, self.tell, self._look)

    def containers(self, stack: Stack) -> Containers:
        return self._swarm(stack) if stack.orchestrator == "swarm" else self._containers(stack)

    def _swarm(self, stack: Stack) -> "LocalSwarm":
        from mosaic_installer.machine.engine.swarm.services import LocalSwarm

        return LocalSwarm(stack, self.files, self.vault, self.tell, self._look)

    def _containers(self, stack: Stack) -> "LocalContainers":
        from mosaic_installer.machine.engine.containers import LocalContainers

        return LocalContainers(stack, self.files, self.tell, self._look)

    def tasks(self, stack: Stack) -> Tasks:
        from mosaic_installer.machine.engine.swarm.watching import LocalTasks

        return LocalTasks(stack, self.tell, self._look)

    @cached_property
    def lost_parts(self) -> tuple[Part, ...]:
        """What containers and volumes there are of an installation that meta.json is lost of."""
        content = self.files.read(self.layout.meta) or b""
        if Meta.parse(content.decode("utf-8-sig", errors="replace")) is not None:
            return ()
        from mosaic_installer.machine.engine.lost_stack import lost_parts

        return lost_parts(self.layout)

    def installed_elsewhere(self) -> InstallerError | None:
        """Return the error that says which other machine of a Swarm has an installation in a folder
        of the same path; None where none has."""
        from mosaic_installer.core.cluster.keeper import kept_elsewhere
        from mosaic_installer.machine.engine.lost_stack import parts_of_folder

        kept = [part for part in parts_of_folder(self.layout) if part.keeper]
        return kept_elsewhere(kept[0].project, kept[0].keeper) if kept else None

    def service(self, gateway: Gateway) -> Service:
        match gateway.runtime:
            case Container(stack=stack):
                from mosaic_installer.machine.engine.container_service import ContainerService

                return ContainerService(self._containers(stack), is_alone=not stack.servers)
            case SwarmService(stack=stack):
                from mosaic_installer.machine.engine.swarm.gateway_service import SwarmGateway

                return SwarmGateway(self._swarm(stack), is_alone=not stack.servers)
            case Process(supervisor="systemd") as process:
                return SystemdService(gateway.layout, process, self.files)
            case Process():
                return Daemon(gateway, self.tell)

    def api(self, gateway: Gateway) -> GatewayApi:
        if self._look is None:
            return HttpGateway(gateway)
        return self._seen.setdefault(gateway.url, SeenGateway(gateway, self._ahead))

    def agents(self, gateway: Gateway, credential: Credential) -> AgentApi:
        return HttpAgents(gateway, credential, self._ahead)

    def host(self, gateway: Gateway) -> HostAuthority:
        match gateway.runtime:
            case Container(stack=stack) | SwarmService(stack=stack):
                return AdminCommand(program_in_container(self.containers(stack)))
            case Process():
                return AdminCommand(program_on_host(gateway))

    def database(self, gateway: Gateway) -> Database:
        from mosaic_installer.machine.local_database import LocalDatabase

        place, service = gateway.layout.database, self.service(gateway)
        return LocalDatabase(place, service, self.files, self.tell)

    def database_fault(self, gateway: Gateway | None, meta: Meta | None) -> str | None:
        """Return what our running gateway says is wrong with its file; empty where nothing is.

        None where it does not run, or does not answer.
        """
        if meta is not None and meta.tier != "local":
            return ""
        is_there = gateway is not None and self._is_answering(gateway)
        return self.api(gateway).database_fault() if gateway and is_there else None

    def users(self, gateway: Gateway | None, meta: Meta | None) -> Users:
        """Return whether the database has a user.

        Our gateway is asked if it answers, else its admin command, on the host's authority; a
        database whose server is down cannot be asked, nor one whose engine is. None stands for a
        gateway that is not configured.
        """
        try:
            return self._users(gateway, meta)
        except (EngineError, GatewayUnready):
            return "unknown"

    def _users(self, gateway: Gateway | None, meta: Meta | None) -> Users:
        if gateway is not None and self._is_answering(gateway):
            return "none" if self.api(gateway).needs_setup() else "some"
        if meta is not None and meta.tier != "local":
            return "unknown" if self._may_have_data(meta) else "none"
        if any(part.service == "postgres" for part in self.lost_parts):
            return "unknown"
        place = self.layout.database
        has_database = place.exists() and not self.files.is_empty(place)
        return "some" if has_database and users_on_disk(self.layout.database) else "none"

    def _may_have_data(self, meta: Meta) -> bool:
        if "postgres" not in meta.services:
            return True  # in a database of the user's own
        stack = Stack(layout=self.layout, project=meta.project, services=meta.services)
        found = self._containers(stack)
        if found.is_copy() or found.has_volume("postgres"):
            return True
        return self.layout.swarm_file.exists() and not self._swarm(stack).is_here("postgres")

    def _is_answering(self, gateway: Gateway) -> bool:
        # Whoever answers on that port is ours only if our own process runs.
        process = self.service(gateway).process()
        if process is None or process.is_silent:
            return False
        api, seen = self.api(gateway), self._seen.get(gateway.url)
        if seen is not None:
            seen.begin()
        is_there = api.version(PATIENT_SECONDS) is not None
        if seen is not None and is_there and self.files.is_private(self.layout.token):
            seen.begin(credential_on_file(gateway, self))
        return is_there

    def models(self, url: str) -> ModelServer:
        from mosaic_installer.machine.web.ollama import Ollama

        return Ollama(url)

    def portainer(self, stack: Stack, url: str, environment: int) -> PortainerStack:
        from mosaic_installer.machine.engine.swarm.portainer import LocalPortainer

        return LocalPortainer(stack, (url, environment), self.files, self.vault)

    def seconds(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def tell(self, said: Said) -> None:
        self.teller(said)

    def read_text(self, path: Path) -> str | None:
        """Return the text of a file of ours, None when there is none.

        Raises `InstallerError` when it is not text.
        """
        content = self.files.read(path)
        try:
            return None if content is None else content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InstallerError(
                f"`{path}` is not UTF-8 text",
                "correct it, or move it away",
                identifier="cannot-read",
            ) from None
