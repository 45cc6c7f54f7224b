"""Which model does what: a rule for every kind of task, from the providers that are there."""

from collections.abc import Sequence

from mosaic_installer.core.connections.providers import Connection, Size
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS

ALL = tuple(provider.name for provider in PROVIDERS)


@frozen
class Task:
    """A kind of task: the provider that suits it best, and the size of model that it takes."""

    name: str
    first: str
    size: Size = "standard"
    is_at_home: bool = False
    """Whether no other provider will do."""

    @property
    def order(self) -> tuple[str, ...]:
        """Every provider that suits it, best first."""
        others = () if self.is_at_home else (name for name in ALL if name != self.first)
        return (self.first, *others)


@frozen
class Choice:
    """A model of a provider."""

    provider: str
    model: str


@frozen
class Rule:
    """The models for one kind of task; each is asked when those before it fail."""

    task: str
    choices: tuple[Choice, ...]


TASKS = (
    Task(name="complex-coding", first="anthropic", size="large"),
    Task(name="moderate-coding", first="anthropic"),
    Task(name="simple-coding", first="openai", size="small"),
    Task(name="research", first="openai"),
    Task(name="summarization", first="zai", size="small"),
    Task(name="conversation", first="anthropic"),
    Task(name="cheap", first="anthropic", size="small"),
    Task(name="offline", first="ollama", is_at_home=True),
)


def default_rules(present: Sequence[Connection]) -> tuple[Rule, ...]:
    """Return a rule for each kind of task that some provider which is `present` suits."""
    known = {connection.provider.name: connection for connection in present}
    rules = []
    for task in TASKS:
        suited = [known[name] for name in task.order if name in known]
        choices = tuple(
            Choice(
                provider=connection.provider.name,
                model=connection.models[task.size],
            )
            for connection in suited
        )
        if choices:
            rules.append(Rule(task=task.name, choices=choices))
    return tuple(rules)
