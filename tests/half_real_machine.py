"""HalfRealMachine: real files, secrets, journal and lock; programs are made of dictionaries."""

from tests.fake_machine import FakeMachine

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.machine.agents import AgentApi
from mosaic_installer.core.machine.api import Credential, GatewayApi
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.machine.database import Database
from mosaic_installer.core.machine.host import HostAuthority
from mosaic_installer.core.machine.images import Images
from mosaic_installer.core.machine.models import ModelServer
from mosaic_installer.core.machine.portainer import PortainerStack
from mosaic_installer.core.machine.service import Service
from mosaic_installer.core.machine.tasks import Tasks
from mosaic_installer.machine.local import LocalMachine


class HalfRealMachine(LocalMachine):
    """Files and secrets as on the real machine; what programs do is made of dictionaries."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self.fake = FakeMachine(layout.secrets)

    @property
    def images(self) -> Images:
        return self.fake.images

    def containers(self, stack: Stack) -> Containers:
        return self.fake.containers(stack)

    def service(self, gateway: Gateway) -> Service:
        return self.fake.service(gateway)

    def api(self, gateway: Gateway) -> GatewayApi:
        return self.fake.api(gateway)

    def agents(self, gateway: Gateway, credential: Credential) -> AgentApi:
        return self.fake.agents(gateway, credential)

    def host(self, gateway: Gateway) -> HostAuthority:
        return self.fake.host(gateway)

    def database(self, gateway: Gateway) -> Database:
        return self.fake.database(gateway)

    def models(self, url: str) -> ModelServer:
        return self.fake.models(url)

    def portainer(self, stack: Stack, url: str, environment: int) -> PortainerStack:
        return self.fake.portainer(stack, url, environment)

    def tasks(self, stack: Stack) -> Tasks:
        return self.fake.tasks(stack)

    def seconds(self) -> float:
        return self.fake.seconds()

    def pause(self, seconds: float) -> None:
        self.fake.pause(seconds)
