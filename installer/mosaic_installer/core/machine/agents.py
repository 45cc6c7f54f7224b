"""`AgentApi`: the door to the agents that somebody can ask."""

from typing import Protocol

from mosaic_installer.core.frozen import frozen

AUTO = "mosaic"
"""The model that the gateway chooses for each question."""


@frozen
class Agent:
    """An agent; `tools` are the only ones that it may use, None: all. A shared one is everybody's.

    One that is not made yet has no id.
    """

    name: str
    prompt: str
    model: str = AUTO
    tools: tuple[str, ...] | None = None
    is_shared: bool = False
    id: str = ""


class AgentApi(Protocol):
    """The gateway's contract about agents. Raises `InstallerError` where it refuses something."""

    def all(self) -> tuple[Agent, ...]:
        """Return one's own agents, then everybody's."""

    def create(self, new: Agent) -> Agent:
        """Make an agent."""

    def change(self, agent: Agent, **changes: object) -> Agent:
        """Change the `name`, `prompt`, `model` or `tools` of an agent, and leave the rest."""

    def remove(self, agent: Agent) -> None:
        """Remove an agent."""
