"""Who is asked: whom the question suits, of those who can do it, and who failed lately last."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.models.catalogue import Catalogue
from mosaic_gateway.models.contexts import is_derived
from mosaic_gateway.models.health import Health
from mosaic_gateway.models.messages import Message, Picture, Wish
from mosaic_gateway.routing.abilities import Abilities, Needs, suited, usual
from mosaic_gateway.routing.decision import ROUTED, Decision, Routes, Target, decide
from mosaic_gateway.tracing import Tracing, Value
from mosaic_gateway.turns.question import Asked

# What lists have besides: nobody can talk to these.
_NO_CHAT = re.compile(r"embed|whisper|tts|dall-e|moderation|transcribe|realtime|sora|gpt-image")


@dataclass(frozen=True)
class Known:
    """What is known when it is decided: rules, what failed lately, what the providers list."""

    routes: Routes
    health: Health
    catalogue: Catalogue

    def models(self) -> tuple[Target, ...]:
        """Return the configured models that are not known to be gone, then all others listed."""
        return tuple(dict.fromkeys((*self._configured(), *self._listed())))

    def abilities(self, target: Target) -> Abilities:
        """Return what a model can do: as its provider tells, else as its name does."""
        told, named = self.catalogue.find(target.provider, target.model), usual(target)
        provider = self.routes.providers.get(target.provider)
        tokens = provider.context if provider else None
        if told is None:
            return replace(named, tokens=tokens or named.tokens)
        return Abilities(
            named.pictures if told.pictures is None else told.pictures,
            named.tools if told.tools is None else told.tools,
            tokens or told.tokens or named.tokens,
        )

    def doubt(self, target: Target) -> str:
        """Return why a model is better asked last; empty where nothing is wrong."""
        if self.health.rests(target.provider, target.model):
            return "failed a moment ago"
        is_gone = self.catalogue.lacks(target.provider, target.model)
        return "is not in its provider's list any more" if is_gone else ""

    def _configured(self) -> Iterator[Target]:
        for each in self.routes.providers.values():
            for model in each.distinct_models:
                if not self.catalogue.lacks(each.name, model):
                    yield Target(each.name, model)

    def _listed(self) -> Iterator[Target]:
        for provider in self.routes.providers:
            for model in sorted(self.catalogue.models(provider) or ()):
                if not (_NO_CHAT.search(model) or is_derived(model)):
                    yield Target(provider, model)


def decided(known: Known, asked: Asked) -> Decision:
    """Say who answers; raises as `decide`, and as `suited`."""
    decision = _preferred(known.routes, asked)
    needs = _needs(asked)
    decision = suited(decision, needs, known.routes.others(asked.model), known.abilities)
    doubts = {each: known.doubt(each) for each in decision.chain}
    sure = [each for each in decision.chain if not doubts[each]]
    found = replace(decision, chain=(*sure, *(each for each in decision.chain if doubts[each])))
    first = decision.chain[0]
    if found.chain[0] == first:
        return found
    return replace(found, reason=f"{decision.reason}; {first} {doubts[first]}")


def traced(tracing: Tracing, known: Known, asked: Asked) -> Decision:
    """Decide, and let a trace be told of that; raises as `decided`."""
    with tracing.span("route") as span:
        decision = decided(known, asked)
        span.set_attributes(_traits(asked, decision))
    return decision


def _traits(asked: Asked, decision: Decision) -> dict[str, Value]:
    """What may be told where nobody's words may be: not the reason, but of what kind it is.

    That is `wish` for a model or a task that was named, `agent` for what an agent is set to, and
    `signs` for what the question looks like.
    """
    first = decision.chain[0]
    kind = "agent" if asked.question.model_name is None else "wish"
    return {
        "mosaic.route.task": decision.task,
        "mosaic.route.reason": "signs" if asked.model in {None, ROUTED} else kind,
        "mosaic.route.provider": first.provider,
        "mosaic.route.model": first.model,
        "mosaic.route.chain_length": len(decision.chain),
    }


def _preferred(routes: Routes, asked: Asked) -> Decision:
    """Return whom the question suits, or who is named for it, or for the agent."""
    questions = [each.text for each in asked.messages if each.role == "user"]
    is_agents = asked.agent is not None and asked.question.model_name is None
    try:
        decision = decide(asked.model, questions, routes)
    except NoSuchModelError:
        if not is_agents:
            raise
        message = f"the agent is set to the model `{asked.model}`, which does not exist any more"
        raise NoSuchModelError(message) from None
    if is_agents and asked.model != ROUTED:
        return replace(decision, reason=f"the agent is set to `{asked.model}`")
    return decision


def _needs(asked: Asked) -> Needs:
    """What it needs; of a conversation, the beginning may be told as a summary."""
    needs, history = needs_of(asked.told, asked.wish), asked.history
    if not history.turns:
        return needs
    new = needs_of([*asked.orders, *asked.question.messages], asked.wish).characters
    if history.summary is None:
        return replace(needs, least=new)
    later = (each for turn in history.turns[history.summarised :] for each in turn.messages)
    rest = len(history.summary.text) + sum(map(_length, later))
    return replace(needs, characters=min(needs.characters, new + rest), least=new)


def needs_of(messages: Sequence[Message], wish: Wish) -> Needs:
    """Return what a model has to do; the history counts as well, since it is told all of it."""
    return Needs(
        pictures=any(isinstance(part, Picture) for each in messages for part in each.content),
        tools=bool(wish.tools) and wish.tool_choice != "none",
        characters=sum(map(_length, messages)) + sum(_size(each.parameters) for each in wish.tools),
    )


def _length(message: Message) -> int:
    return len(message.text) + sum(len(call.arguments) for call in message.calls)


def _size(schema: object) -> int:
    return len(json.dumps(schema))
