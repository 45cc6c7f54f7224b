"""By what right a command changes something in the gateway: the administrator's token on file."""

from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.agents import AgentApi
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.chats import ChatApi
from mosaic_installer.core.machine.jobs import JobApi
from mosaic_installer.core.machine.memories import MemoryApi
from mosaic_installer.core.tokens.exchange import credential_on_file
from mosaic_installer.errors import CredentialError
from mosaic_installer.machine.chat_api import HttpChats
from mosaic_installer.machine.jobs_api import HttpJobs
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.memories_api import HttpMemories


def open_chats() -> ChatApi:
    """Return the door to the conversations of whoever the token on file belongs to."""
    machine, gateway, _meta = installed_gateway()
    return HttpChats(gateway, need_working_token(gateway, machine))


def open_memories() -> MemoryApi:
    """Return the door to what is kept for whoever the token on file belongs to."""
    machine, gateway, _meta = installed_gateway()
    return HttpMemories(gateway, need_working_token(gateway, machine))


def open_jobs() -> JobApi:
    """Return the door to what the gateway does by itself, for its administrators."""
    machine, gateway, _meta = installed_gateway()
    return HttpJobs(gateway, need_working_token(gateway, machine))


def open_agents() -> AgentApi:
    """Return the door to the agents of whoever the token on file belongs to."""
    machine, gateway, _meta = installed_gateway()
    return machine.agents(gateway, need_working_token(gateway, machine))


def need_working_token(gateway: Gateway, machine: LocalMachine) -> Credential:
    """Return the token on file; raises `CredentialError` unless the gateway accepts it."""
    credential = credential_on_file(gateway, machine)
    if credential.secret.reveal() and machine.api(gateway).accepts(credential):
        return credential
    raise CredentialError(
        f"there is no working token in `{machine.layout.token}`",
        "run `mosaic token recover` to get a new one",
        identifier="no-token",
    )
