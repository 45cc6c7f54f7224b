"""What is written before anybody is asked: the question and the call, if that may be made."""

from dataclasses import replace

from sqlalchemy import Connection

from mosaic_gateway.models.prices import Prices
from mosaic_gateway.routing.decision import Decision
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.recording import NewTurn, Opened
from mosaic_gateway.turns.running import Running
from mosaic_gateway.usage.meter import Meter


def admit(
    connection: Connection,
    running: Running,
    new: NewTurn,
    conversations: Conversations,
    meter: Meter,
) -> Opened | None:
    """Write both down, in one transaction; returns where the turn is kept, if it is.

    Raises LimitReachedError, NoSuchConversationError and ConversationBusyError.
    """
    question = running.asked.question
    if any(not meter.prices.is_free(each.provider, each.model) for each in running.decision.chain):
        meter.admit(connection, running.user)
    opened = None
    if question.is_kept and question.conversation is None:
        opened = conversations.continue_turn(connection, question.messages, new)
    elif question.is_kept and question.conversation is not None:
        opened = conversations.open_turn(connection, question.conversation, new)
    meter.begin(connection, running.call, opened.conversation if opened else None)
    return opened


def without_cost(decision: Decision, prices: Prices) -> Decision:
    """Return what is left to somebody who may spend no more: models that cost nothing, if any."""
    free = tuple(each for each in decision.chain if prices.is_free(each.provider, each.model))
    why = "the monthly limit is reached, so only models that cost nothing are left"
    return replace(decision, chain=free, reason=f"{decision.reason}; {why}")
