"""What is not ours and does what it is asked: an Ollama, and a Portainer."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class FakeModels:
    """`ModelServer` that has every model for the asking."""

    names: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        return name in self.names

    def pull(self, name: str, tell: Callable[[str], None]) -> None:
        tell("100 % of 0.3 GB")
        self.names.add(name)


@dataclass
class FakePortainer:
    """`PortainerStack` of a Portainer that does what it is asked."""

    is_there: bool = False

    def is_current(self) -> bool:
        return self.is_there

    def update(self) -> None:
        self.is_there = True

    def remove(self) -> None:
        self.is_there = False
