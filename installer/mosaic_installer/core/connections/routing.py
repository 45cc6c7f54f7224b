"""Which model does what: a rule for every kind of task, from the providers that are there."""

from collections.abc import Sequence
from dataclasses import dataclass

from mosaic_installer.core.connections.providers import Connection

BEST_FIRST = ("anthropic", "openai", "openrouter", "zai", "ollama")
CHEAPEST_FIRST = ("ollama", "zai", "openrouter", "openai", "anthropic")
AT_HOME = ("ollama",)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A kind of task: the providers that suit it, best first, and whether a small model does."""

    name: str
    order: tuple[str, ...]
    is_small: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A model of a provider."""

    provider: str
    model: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The models for one kind of task; each is asked when those before it fail."""

    task: str
    choices: tuple[Choice, ...]


TASKS = (
    Task(name="complex-coding", order=BEST_FIRST),
    Task(name="moderate-coding", order=("zai", "anthropic", "openai", "openrouter", "ollama")),
    Task(name="simple-coding", order=BEST_FIRST, is_small=True),
    Task(name="research", order=("openai", "anthropic", "openrouter", "zai", "ollama")),
    Task(name="summarization", order=CHEAPEST_FIRST, is_small=True),
    Task(name="conversation", order=BEST_FIRST),
    Task(name="cheap", order=CHEAPEST_FIRST, is_small=True),
    Task(name="offline", order=AT_HOME),
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
                model=connection.small_model if task.is_small else connection.model,
            )
            for connection in suited
        )
        if choices:
            rules.append(Rule(task=task.name, choices=choices))
    return tuple(rules)
