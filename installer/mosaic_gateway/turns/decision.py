"""Which model answers, and why: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.errors import NoProviderError, NoSuchModelError

ROUTED = "mosaic"
CONVERSATION = "conversation"
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


def decide(wanted: str | None, providers: Mapping[str, ProviderConfig]) -> Decision:
    """An explicit choice, else the standard model of the first provider that is on.

    Raises NoProviderError, and NoSuchModelError for a name that is nobody's.
    """
    if not providers:
        raise NoProviderError
    if wanted is None or wanted == ROUTED:
        first = next(iter(providers.values()))
        reason = f"no model was asked for, and {first.name} is the first provider that is on"
        return Decision(CONVERSATION, (Target(first.name, first.models[0]),), reason)
    provider, _, model = wanted.partition("/")
    if provider not in providers or not model:
        raise NoSuchModelError(f"there is no model `{shown(wanted)}`")
    if len(model) > LONGEST_MODEL or not (model.isascii() and model.isprintable()):
        raise NoSuchModelError("this is not the name of a model")
    return Decision(CONVERSATION, (Target(provider, model),), f"`{wanted}` was asked for")


def shown(name: str) -> str:
    """A name that somebody sent, as it may be repeated to them."""
    return name[:LONGEST_MODEL].encode("ascii", "replace").decode()
