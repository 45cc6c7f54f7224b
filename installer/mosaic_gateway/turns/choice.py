"""Who is asked: whom the question suits, of those who can do it, and who failed lately last."""

import json
from collections.abc import Sequence
from dataclasses import replace

from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.models.health import Health
from mosaic_gateway.models.messages import Message, Picture, Wish
from mosaic_gateway.routing.abilities import Needs, suited
from mosaic_gateway.routing.decision import ROUTED, Decision, Routes, decide
from mosaic_gateway.turns.question import Asked


def decided(routes: Routes, health: Health, asked: Asked) -> Decision:
    """Say who answers; raises as `decide`, and as `suited`."""
    decision = _preferred(routes, asked)
    needs = needs_of(asked.told, asked.wish)
    decision = suited(decision, needs, routes.others(asked.model))
    resting = [each for each in decision.chain if health.rests(each.provider, each.model)]
    ready = [each for each in decision.chain if each not in resting]
    found = replace(decision, chain=(*ready, *resting))
    if found.chain[0] == decision.chain[0]:
        return found
    return replace(found, reason=f"{decision.reason}; {decision.chain[0]} failed a moment ago")


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
