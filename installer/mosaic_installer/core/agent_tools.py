"""The tools of an agent, told apart: those of whoever asks, and the gateway's own."""

from mosaic_installer.core.frozen import frozen

EVERY = "*"
BUILT_IN = ("remember", "recall")
"""The gateway's own."""


@frozen
class AgentTools:
    """The client's tools that an agent may use (None: all), and the gateway's that it has."""

    clients: tuple[str, ...] | None
    built_in: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...] | None:
        """As the gateway has them in one list."""
        if not self.built_in:
            return self.clients
        return (*((EVERY,) if self.clients is None else self.clients), *self.built_in)


def told_apart(names: tuple[str, ...] | None) -> AgentTools:
    """Return what a list of the gateway's means."""
    if names is None:
        return AgentTools(clients=None, built_in=())
    clients = tuple(each for each in names if each not in BUILT_IN)
    return AgentTools(
        clients=None if EVERY in clients else clients,
        built_in=tuple(each for each in names if each in BUILT_IN),
    )
