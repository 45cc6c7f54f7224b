"""Machine: all that actions ever ask of a machine. `LocalMachine` is real; tests have a fake."""

from typing import Protocol

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.agents import AgentApi
from mosaic_installer.core.machine.api import Credential, GatewayApi
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.machine.database import Database
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.host import HostAuthority
from mosaic_installer.core.machine.images import Images
from mosaic_installer.core.machine.models import ModelServer
from mosaic_installer.core.machine.portainer import PortainerStack
from mosaic_installer.core.machine.service import Service
from mosaic_installer.core.machine.tasks import Tasks
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.share import Said


class Machine(Protocol):
    """The one door to the outside."""

    @property
    def files(self) -> Files: ...

    @property
    def vault(self) -> Vault: ...

    @property
    def images(self) -> Images: ...

    def containers(self, stack: Stack) -> Containers: ...

    def tasks(self, stack: Stack) -> Tasks: ...

    def service(self, gateway: Gateway) -> Service: ...

    def api(self, gateway: Gateway) -> GatewayApi: ...

    def agents(self, gateway: Gateway, credential: Credential) -> AgentApi: ...

    def host(self, gateway: Gateway) -> HostAuthority: ...

    def database(self, gateway: Gateway) -> Database: ...

    def models(self, url: str) -> ModelServer: ...

    def portainer(self, stack: Stack, url: str, environment: int) -> PortainerStack: ...

    def seconds(self) -> float:
        """Return the seconds of a clock that only goes forward."""

    def pause(self, seconds: float) -> None:
        """Let `seconds` pass."""

    def tell(self, said: Said) -> None:
        """Say how far the running action is, or one of several things that it does."""
