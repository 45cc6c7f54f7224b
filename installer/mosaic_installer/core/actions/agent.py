"""Make the first agent, which everybody can ask."""

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.first_agent import first_agent, is_named, is_unedited
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.agents import Agent, AgentApi
from mosaic_installer.core.tokens.exchange import credential_on_file
from mosaic_installer.errors import CredentialError, GatewayUnready, InstallerError


@frozen
class MakeAgent:
    """There is an agent of this name, with the prompt of this intent unless somebody edited it."""

    gateway: Gateway
    name: str
    intent: str

    @property
    def about(self) -> About:
        return About(
            why="the gateway answers as this agent where `mosaic chat --agent` names it",
            undone_by="it lives in the data; `mosaic agent remove` removes it",
            fault=f"the agent {self.name} is missing, or has the prompt of another `agent.intent`",
            remedy="it will be created, or given its prompt",
            identity=(self.name,),
            reads=(self.gateway.layout.token,),
            things="the gateway's data",
        )

    def describe(self) -> str:
        return f"Create the agent {self.name}"

    def is_done(self, machine: Machine) -> bool:
        if machine.api(self.gateway).version() is None:
            return False
        try:
            found = self._found(self._api(machine))
        except CredentialError:
            return True  # it is the token that is wrong; with one that works, this is asked again
        except GatewayUnready:
            raise  # whether it is there, nobody knows now
        except InstallerError:
            return False  # the gateway that runs is older than agents
        return found is not None and not self._is_outdated(found)

    def apply(self, machine: Machine) -> None:
        api = self._api(machine)
        found, wanted = self._found(api), first_agent(self.name, self.intent)
        if found is None:
            api.create(wanted)
        elif self._is_outdated(found):
            api.change(found, prompt=first_agent(found.name, self.intent).prompt)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass

    def _api(self, machine: Machine) -> AgentApi:
        return machine.agents(self.gateway, credential_on_file(self.gateway, machine))

    def _found(self, api: AgentApi) -> Agent | None:
        return next((each for each in api.all() if is_named(each, self.name)), None)

    def _is_outdated(self, found: Agent) -> bool:
        wanted = first_agent(found.name, self.intent)
        return found.prompt != wanted.prompt and is_unedited(found)
