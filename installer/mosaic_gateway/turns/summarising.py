"""Has a model write the summary of a conversation's beginning; counted as every call is."""

from collections.abc import Sequence
from contextlib import aclosing

from sqlalchemy import Connection

from mosaic_gateway.errors import RefusedError, ServiceError
from mosaic_gateway.models.messages import Message, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import End, ModelError, Text
from mosaic_gateway.routing.abilities import reads
from mosaic_gateway.routing.decision import ROUTED, Target
from mosaic_gateway.turns.choice import Known
from mosaic_gateway.turns.ledger import Ledger
from mosaic_gateway.turns.running import Running
from mosaic_gateway.turns.shortening import clipped, pieces, request
from mosaic_gateway.usage.calls import Call
from mosaic_gateway.usage.meter import Meter

PIECE = 0.6
"""How much of what a model reads it is given at once."""
USUAL_ROOM = 100_000
"""Tokens of a model of which nobody knows how many it reads; one of a provider's, as a rule."""
MOST_PIECES = 8
SPARE_TOKENS = 4000
"""For models that think first, whatever they are told."""


class NoSummaryError(Exception):
    """Nobody wrote one; the message may be shown to whoever asked."""


class Summariser:
    """Asks models for summaries, for everybody."""

    def __init__(self, models: Models, known: Known, meter: Meter, ledger: Ledger) -> None:
        self._models = models
        self._known = known
        self._meter = meter
        self._ledger = ledger

    async def write(
        self, running: Running, record: Sequence[Message], before: str | None, tokens: int
    ) -> tuple[str, Target]:
        """Return a summary of so many tokens at most, and who wrote it; raises NoSummaryError.

        `before` is the summary of what came before the record.
        """
        why = "no model is left that could write one"
        for target in self.writers(running):
            known = running.squeezed.get(target) or reads(target, self._known.abilities(target))
            parts = pieces(record, int((known or USUAL_ROOM) * PIECE))
            if len(parts) > MOST_PIECES:
                why = f"{target} reads too little at once"
                continue
            text = before
            try:
                for part in parts:
                    asked = request(part, text, tokens)
                    text = clipped(await self._written(running, target, asked, tokens), tokens)
            except ModelError as error:
                self._known.health.failed(target.provider, target.model, error)
                why = error.message
            except RefusedError as error:
                why = error.message
            except ServiceError:
                why = "the call could not be counted"
            else:
                self._known.health.answered(target.provider, target.model)
                return text or "", target
        raise NoSummaryError(why)

    def writers(self, running: Running) -> Sequence[Target]:
        """Return who may write it: whom the rules give summaries, and then who answers.

        Where somebody asks for a model by name, or for nobody but Ollama, what was said goes to
        nobody else.
        """
        wanted, chain = running.asked.model, running.decision.chain
        is_routed = wanted is None or wanted.partition("/")[0] == ROUTED
        if is_routed and running.decision.task != "offline":
            chain = (*self._known.routes.chain("summarization"), *chain[:1])
        return [each for each in dict.fromkeys(chain) if not self._known.doubt(each)]

    async def _written(
        self, running: Running, target: Target, asked: Sequence[Message], tokens: int
    ) -> str:
        """Ask once; raises ModelError, RefusedError and ServiceError."""
        characters = sum(len(each.text) for each in asked)
        call = Call(running.user.id, target.provider, target.model, characters)
        wish = Wish(max_tokens=2 * tokens + SPARE_TOKENS, thinking=False)
        texts: list[str] = []
        end: End | None = None
        try:
            await self._ledger.write(lambda it: self._begin(it, running, call))
            call.is_asked = True
            stream = self._models.stream(target.provider, target.model, asked, wish)
            async with aclosing(stream) as said:
                async for piece in said:
                    call.add(piece)
                    if isinstance(piece, Text):
                        texts.append(piece.text)
                    elif isinstance(piece, End):
                        end = piece
            text = "".join(texts).strip()
            if end is None or end.finish == "content_filter" or not text:
                raise ModelError("broken", f"{target} wrote none")
        except ModelError as error:
            fault = error.fault
            self._ledger.post(lambda it: self._meter.settle(it, call, "failed", fault))
            raise
        except BaseException:
            self._ledger.post(lambda it: self._meter.settle(it, call, "interrupted"))
            raise
        self._ledger.post(lambda it: self._meter.settle(it, call, "done"))
        return text

    def _begin(self, connection: Connection, running: Running, call: Call) -> None:
        if not self._meter.prices.is_free(call.provider, call.model):
            self._meter.admit(connection, running.user)
        opened = running.opened
        self._meter.begin(connection, call, opened.conversation if opened else None)
