"""Which model does what: a rule for every kind of task, from the providers that are there."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.connections.providers import Connection, Size, connections
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


def rules(answers: Answers) -> tuple[Rule, ...]:
    """Return a rule for each kind of task that some model of a provider that is on can do."""
    present = connections(answers)
    known = {connection.provider.name: connection for connection in present}
    found = (
        Rule(task=task.name, choices=chosen(answers, task.name, known) or _usual(task, known))
        for task in TASKS
    )
    return tuple(rule for rule in found if rule.choices)


def chosen(
    answers: Answers, task: str, present: Mapping[str, Connection] | Sequence[str]
) -> tuple[Choice, ...]:
    """Return the models chosen for a task, but those of providers that are not `present`."""
    text = answers.routing[task].models
    parts = [piece.partition("/") for piece in text.split(", ")] if text else []
    choices = (Choice(provider=provider, model=model) for provider, _, model in parts)
    return tuple(choice for choice in choices if choice.provider in present)


def _usual(task: Task, known: Mapping[str, Connection]) -> tuple[Choice, ...]:
    return tuple(
        Choice(provider=name, model=known[name].models[task.size])
        for name in task.order
        if name in known
    )
