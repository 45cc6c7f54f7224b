"""Has a model be told no more of a conversation than it reads: all, or a summary and what is new.

What a summary is made of stays as it was; what is told instead is said in the reason of the turn.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mosaic_gateway.errors import ServiceError
from mosaic_gateway.models.counting import tokens_in, tokens_of_text
from mosaic_gateway.models.messages import Message
from mosaic_gateway.models.models import Models
from mosaic_gateway.routing.abilities import reads
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.choice import Known
from mosaic_gateway.turns.history import Summary, keep_summary
from mosaic_gateway.turns.ledger import Ledger
from mosaic_gateway.turns.running import Running
from mosaic_gateway.turns.shortening import (
    FULL,
    LONGEST_SUMMARY,
    NEWEST,
    SUMMARY,
    Shortening,
    clipped,
)
from mosaic_gateway.turns.summarising import NoSummaryError, Summariser
from mosaic_gateway.usage.meter import Meter

SECONDS = 300.0
"""For all that is asked to have one summary; after that the turn goes on without it."""
SQUEEZED = 0.5
"""How much of what a provider finds too long is told it the second time."""

_LOG = logging.getLogger("mosaic_gateway.turns")


class Fitting:
    """Fits what is told to whoever is asked."""

    def __init__(self, models: Models, known: Known, meter: Meter, ledger: Ledger) -> None:
        self._tracing = models.tracing
        self._known = known
        self._ledger = ledger
        self._summariser = Summariser(models, known, meter, ledger)

    async def fit(self, running: Running) -> bool:
        """Settle what the first model of the chain is told; return whether that is not all of it.

        Where nobody writes a summary, the newest turns are told that have room.
        """
        asked, target = running.asked, running.decision.chain[0]
        if not asked.history.turns:
            return False
        room = running.squeezed.get(target) or reads(target, self._known.abilities(target))
        summary = asked.history.summary
        if room is None and summary is None:
            return self._tell_all(running)
        short = Shortening(asked)
        if room is not None and short.size <= FULL * room:
            return self._tell_all(running)
        most = LONGEST_SUMMARY if room is None else min(LONGEST_SUMMARY, int(room * SUMMARY))
        done, text = asked.history.summarised, clipped(summary.text, most) if summary else None
        if room is not None and short.size_without(done, text) > FULL * room:
            count = short.cut(int(room * NEWEST))
            if count > done:
                await self._shorten(running, short, count, most, room)
                return True
        if summary is None or not done:
            return self._tell_all(running)
        self._tell(running, short.told(done, text), _stands_for(summary, done))
        return True

    def squeezes(self, running: Running) -> bool:
        """Note that a provider finds it too long; return whether it can be told less, once."""
        asked, target = running.asked, running.decision.chain[0]
        if not asked.history.turns or target in running.squeezed:
            return False
        room = int(tokens_in(running.told, asked.wish.tools) * SQUEEZED / FULL)
        running.squeezed[target] = room
        return Shortening(asked).cut(int(room * NEWEST)) > 0

    async def _shorten(
        self, running: Running, short: Shortening, count: int, most: int, room: int
    ) -> None:
        before, done = running.asked.history.summary, running.asked.history.summarised
        try:
            summary = await self._made(running, short, count, most)
        except NoSummaryError as error:
            text = clipped(before.text, most) if before else None
            size = tokens_of_text(text) if text else 0
            count = max(done, short.cut(int(room * FULL) - size))
            kept = f"{_stands_for(before, done)}; " if before and done else ""
            missing = f"{kept}{_turns(count - done, 'next' if done else 'first')} left out"
            note = f"{missing}, because there is no summary: {error}"
            self._tell(running, short.told(count, text if done else None), note)
            return
        running.asked = replace(
            running.asked, history=replace(running.asked.history, summary=summary)
        )
        self._tell(running, short.told(count, summary.text), _stands_for(summary, count))

    async def _made(self, running: Running, short: Shortening, count: int, most: int) -> Summary:
        """Have one written, and keep it; raises NoSummaryError."""
        history = running.asked.history
        before, done = history.summary, history.summarised
        record = short.record(done, count)
        with self._tracing.span("summary") as span:
            span.set_attributes({"mosaic.summary.turns": count})
            try:
                async with asyncio.timeout(SECONDS):
                    text, writer = await self._summariser.write(
                        running, record, before.text if before and done else None, most
                    )
            except TimeoutError:
                raise NoSummaryError("it took too long") from None
        through = history.turns[count - 1].position
        summary = Summary(through, text, str(writer), datetime.now(UTC))
        await self._keep(running, summary)
        return summary

    async def _keep(self, running: Running, summary: Summary) -> None:
        conversation = running.asked.question.conversation
        if conversation is None:
            return
        try:
            await self._ledger.write(lambda it: keep_summary(it, conversation, summary))
        except ServiceError as error:
            # The next turn makes it again; this one knows it.
            _LOG.warning("a summary was not kept: %s", error.message)

    def _tell_all(self, running: Running) -> bool:
        running.tell(running.asked.told, "")
        return False

    def _tell(self, running: Running, told: Sequence[Message], note: str) -> None:
        running.tell(told, note)
        if running.opened is not None:
            turn, decision = running.opened.turn, replace(running.decision, reason=running.reason)
            self._ledger.post(lambda it: recording.reroute(it, turn, decision))


def _stands_for(summary: Summary, count: int) -> str:
    return f"a summary by {summary.model} stands for {_turns(count, 'first')}"


def _turns(count: int, which: str) -> str:
    return f"the {which} turn" if count == 1 else f"the {which} {count} turns"
