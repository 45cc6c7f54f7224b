"""Which models answer, in which order, and why: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.configuration.routing_config import Rules
from mosaic_gateway.errors import NoProviderError, NoSuchModelError
from mosaic_gateway.routing.tasks import UNSURE, Task, read_all

ROUTED = "mosaic"
TASKS: tuple[Task, ...] = get_args(Task)
LONGEST_MODEL = 200


@dataclass(frozen=True)
class Target:
    """A model of a provider."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True)
class Decision:
    """What kind of task it is, which models to try one after the other, and why, in a sentence."""

    task: str
    chain: tuple[Target, ...]
    reason: str

    def without_first(self, why: str) -> "Decision":
        """Return what is left where the first model did not answer."""
        return replace(self, chain=self.chain[1:], reason=f"{self.reason}; {why}")


@dataclass(frozen=True)
class Routes:
    """The providers that are on, the best to ask first, and which models the rules give a task."""

    providers: Mapping[str, ProviderConfig]
    rules: Rules

    def chain(self, task: Task) -> tuple[Target, ...]:
        """Return the models for a task; only `offline` may have none.

        Models of a provider that is off are passed over. Where no rule is left, it is the standard
        model of everyone who is on.
        """
        rule = [Target(*each) for each in self.rules.get(task, ()) if each[0] in self.providers]
        if rule or task == "offline":
            return tuple(rule)
        return tuple(Target(each.name, each.models[0]) for each in self.providers.values())

    def others(self, wanted: str | None) -> tuple[Target, ...]:
        """Return who answers where nobody of a chain can: anybody, unless somebody is wanted."""
        if wanted not in {None, ROUTED}:
            return ()
        rows = self.providers.values()
        return tuple(Target(each.name, model) for each in rows for model in each.distinct_models)

    @property
    def names(self) -> tuple[str, ...]:
        """What may be asked for besides models: `mosaic`, and `mosaic/<task>`."""
        tasks = (f"{ROUTED}/{task}" for task in TASKS if self.chain(task))
        return (ROUTED, *tasks) if self.providers else ()


def decide(wanted: str | None, questions: Sequence[str], routes: Routes) -> Decision:
    """Return who answers the last of the `questions`: who is `wanted`, else whom its task suits.

    Raises NoProviderError, and NoSuchModelError for a name that is nobody's.
    """
    if not routes.providers:
        raise NoProviderError
    if wanted is None or wanted == ROUTED:
        reading = read_all(questions)
        return Decision(reading.task, routes.chain(reading.task), reading.sentence)
    provider, _, model = wanted.partition("/")
    if provider == ROUTED and wanted in routes.names:
        task = TASKS[TASKS.index(model)]
        return Decision(task, routes.chain(task), f"`{wanted}` was asked for")
    if provider not in routes.providers or not model:
        raise NoSuchModelError(f"there is no model `{shown(wanted)}`")
    if len(model) > LONGEST_MODEL or not (model.isascii() and model.isprintable()):
        raise NoSuchModelError("this is not the name of a model")
    return Decision(UNSURE, (Target(provider, model),), f"`{wanted}` was asked for")


def shown(name: str) -> str:
    """A name that somebody sent, as it may be repeated to them."""
    return name[:LONGEST_MODEL].encode("ascii", "replace").decode()
