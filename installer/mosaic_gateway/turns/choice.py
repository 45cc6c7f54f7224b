"""Who is asked: whom the question suits, of those who can do it, and who failed lately last."""

import json
from collections.abc import Sequence
from dataclasses import replace

from mosaic_gateway.models.health import Health
from mosaic_gateway.models.messages import Message, Picture, Wish
from mosaic_gateway.routing.abilities import Needs, suited
from mosaic_gateway.routing.decision import Decision, Routes, decide


def decided(
    routes: Routes, health: Health, wanted: str | None, messages: Sequence[Message], wish: Wish
) -> Decision:
    """Say who answers these messages; raises as `decide`, and as `suited`."""
    questions = [each.text for each in messages if each.role == "user"]
    decision = decide(wanted, questions, routes)
    decision = suited(decision, needs_of(messages, wish), routes.others(wanted))
    resting = [each for each in decision.chain if health.rests(each.provider, each.model)]
    ready = [each for each in decision.chain if each not in resting]
    found = replace(decision, chain=(*ready, *resting))
    if found.chain[0] == decision.chain[0]:
        return found
    return replace(found, reason=f"{decision.reason}; {decision.chain[0]} failed a moment ago")


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
