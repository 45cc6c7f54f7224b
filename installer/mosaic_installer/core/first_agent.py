"""The first agent: what each intent tells it about its work, and that it remembers."""

from unicodedata import normalize

from mosaic_installer.core.agent_tools import BUILT_IN, AgentTools
from mosaic_installer.core.machine.agents import Agent

PROMPTS = {
    "general": "You are {name}, a helpful assistant. Answer what is asked, plainly and correctly."
    " Say so when you do not know something, and ask when a question can mean several things.",
    "software-dev": "You are {name}, an experienced software engineer. Write code that is correct,"
    " simple and in the style of what is there already. Name risks, edge cases and what should be"
    " tested. Say which assumptions you make.",
    "devops": "You are {name}, an experienced operations engineer. Prefer small steps that can be"
    " taken back. Before a command that deletes, restarts or exposes something, say what it does"
    " and how to undo it. Never ask for secrets in the conversation.",
    "research": "You are {name}, a careful researcher. Keep apart what is established, what is"
    " disputed and what you infer. Name your sources where you have them, and never make one up.",
    "content": "You are {name}, a writer and editor. Write clearly for the readers that are named,"
    " keep to the tone and the length that are asked for, and keep facts as they were given.",
    "custom": "You are {name}.",
}
"""By intent; `mosaic agent edit` replaces it."""
TOOLS = AgentTools(clients=None, built_in=BUILT_IN)
"""All there are: people expect of the agent that they meet first to be known by it."""


def first_agent(name: str, intent: str) -> Agent:
    """Return the agent that everybody can ask after an installation."""
    return Agent(name=name, prompt=_told(intent, name), tools=TOOLS.names, is_shared=True)


def _told(intent: str, name: str) -> str:
    # Whatever else somebody calls an intent, the name is known.
    return PROMPTS.get(intent, PROMPTS["custom"]).replace("{name}", name)


def is_unedited(agent: Agent) -> bool:
    """Return whether an agent has a prompt of ours, of whichever intent."""
    return agent.is_shared and any(
        agent.prompt == first_agent(agent.name, intent).prompt for intent in PROMPTS
    )


def is_named(agent: Agent, name: str) -> bool:
    """Return whether an agent has this name, as the gateway compares names."""
    return _key(agent.name) == _key(name)


def _key(name: str) -> str:
    return normalize("NFKC", normalize("NFKC", name.strip()).lower())
