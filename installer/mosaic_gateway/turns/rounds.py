"""Asks a model again as long as it uses tools of the gateway, and tells one answer.

Only what the gateway has no tool for leaves as a call: a client never sees a call that it cannot
answer, nor one of its own beside results that it has not got.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from mosaic_gateway.agents.tools import Toolbox, offered
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.recollection import Recollection
from mosaic_gateway.models.messages import Message, ToolCall, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import End, ModelError, Piece, Text, ToolPiece, Usage
from mosaic_gateway.turns.choice import Known
from mosaic_gateway.turns.events import Used
from mosaic_gateway.turns.kept import Answer
from mosaic_gateway.turns.running import Running

MOST_ROUNDS = 5
"""So often the gateway's tools are used for one question; then the model has to answer."""
MOST_CALLS = 10
"""In one round."""
NOT_RUN = '{"error": "this was not run; call it again, and nothing else with it"}'
PARAGRAPH = Text("\n\n")

Ask = Callable[[Sequence[Message], Wish], AsyncGenerator[Piece]]


def stream_of(
    running: Running, models: Models, known: Known, meaning: Meaning
) -> AsyncGenerator[Piece | Used]:
    """Ask whoever is first; in rounds, where the agent has tools of the gateway.

    A model of which it is known that it uses no tools is asked without them.
    """
    asked, target = running.asked, running.decision.chain[0]
    ask = partial(models.stream, target.provider, target.model)
    tools = offered(asked.agent, asked.wish)
    if not tools or known.abilities(target).tools is False:
        return ask(running.told, asked.wish)
    conversation = running.opened.conversation if running.opened else None
    toolbox = Toolbox(tools, Recollection(meaning, running.user), conversation)
    return Rounds(ask, running.told, asked.wish, toolbox).run()


class Rounds:
    """The rounds of one question, put to one model."""

    def __init__(self, ask: Ask, messages: Sequence[Message], wish: Wish, toolbox: Toolbox) -> None:
        self._ask = ask
        self._told = list(messages)
        self._wish = wish
        self._toolbox = toolbox
        self._spent = Usage()
        self._has_said = False
        self._held: list[ToolPiece | End] = []
        self._answer = Answer()

    async def run(self) -> AsyncGenerator[Piece | Used]:
        """Yield what the model says; a usage is that of all rounds so far. Raises ModelError."""
        for number in range(MOST_ROUNDS + 1):
            is_last = number == MOST_ROUNDS
            async with aclosing(self._round(is_last=is_last)) as pieces:
                async for piece in pieces:
                    yield piece
            if not any(isinstance(each, End) for each in self._held):
                # Broken off, perhaps in the middle of a call.
                return
            said = self._answer.message()
            if said is None or not any(map(self._toolbox.has, said.calls)):
                break
            if is_last:
                # It was told not to, and called all the same.
                self._held = [End("stop")]
                break
            for used in await self._use(said):
                yield used
        for piece in self._held:
            yield piece

    async def _round(self, *, is_last: bool) -> AsyncGenerator[Piece]:
        """Ask once; calls, and that it has ended, are held back."""
        self._held, self._answer = [], Answer()
        spent, was_said = self._spent, self._has_said
        async with aclosing(self._asked(is_last=is_last)) as pieces:
            async for piece in pieces:
                self._answer.add(piece)
                match piece:
                    case ToolPiece() | End():
                        self._held.append(piece)
                    case Usage():
                        self._spent = _sum(spent, piece)
                        yield self._spent
                    case Text():
                        if was_said:
                            yield PARAGRAPH
                        was_said, self._has_said = False, True
                        yield piece
                    case _:
                        yield piece

    async def _asked(self, *, is_last: bool) -> AsyncGenerator[Piece]:
        """Ask with the gateway's tools; one that turns out to know no tools, without them."""
        own = self._wish.tools
        wish = replace(self._wish, tools=(*own, *self._toolbox.tools))
        if is_last:
            wish = replace(wish, tool_choice="none")
        has_begun = False
        try:
            async with aclosing(self._ask(self._told, wish)) as pieces:
                async for piece in pieces:
                    has_begun = True
                    yield piece
        except ModelError as error:
            if has_begun or own or error.fault != "incapable":
                raise
            async with aclosing(self._ask(self._told, self._wish)) as pieces:
                async for piece in pieces:
                    yield piece

    async def _use(self, said: Message) -> list[Used]:
        """Do what is called for, and let the model be told of it."""
        self._told.append(said)
        used = []
        for place, call in enumerate(said.calls):
            result = await self._result(call, place)
            self._told.append(Message("tool", (result,), answers=call.id))
            if self._toolbox.has(call):
                used.append(Used(call.name, call.arguments, result))
        return used

    async def _result(self, call: ToolCall, place: int) -> str:
        if place >= MOST_CALLS or not self._toolbox.has(call):
            return NOT_RUN
        return await self._toolbox.use(call)


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.input + other.input, one.output + other.output, one.cached + other.cached)
