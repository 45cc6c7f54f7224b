"""One turn: decide who answers, ask them, tell what comes, and keep it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection

from mosaic_gateway.accounts.users import User
from mosaic_gateway.errors import ServiceError
from mosaic_gateway.models.messages import ANYHOW, Message, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import End, ModelError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.decision import Decision, decide
from mosaic_gateway.turns.events import Done, Event, Failed, Route
from mosaic_gateway.turns.kept import Answer, digest
from mosaic_gateway.turns.ledger import Ledger
from mosaic_gateway.turns.recording import NewTurn, Opened, Outcome

NOTED_EVERY_SECONDS = 1.0
INTERRUPTED = Outcome("interrupted")
NOT_KEPT = Failed("not-kept", "the answer could not be saved; the gateway's log has the details")

_LOG = logging.getLogger("mosaic_gateway.turns")


@dataclass(frozen=True)
class Question:
    """What somebody asks.

    With a `conversation`, the messages are added to it; without one they are all that was said,
    and the conversation that they go on with is found by that. Unless `is_kept`, nothing is.
    """

    messages: Sequence[Message]
    model: str | None = None
    wish: Wish = ANYHOW
    conversation: str | None = None
    is_kept: bool = True


class Turns:
    """Runs the turns of everybody."""

    def __init__(self, models: Models, storage: Storage, runner: str) -> None:
        """Mark what this runner left behind; raises StorageError."""
        self.models = models
        self._storage = storage
        self._runner = runner
        with storage.writing() as connection:
            lost = recording.mark_interrupted(connection, runner)
        if lost:
            _LOG.info("found %d interrupted turn(s)", lost)
        self._ledger = Ledger(storage)
        self._running: dict[str, _Running] = {}
        self._noting: asyncio.Task[None] | None = None

    async def run(self, user: User, question: Question) -> AsyncGenerator[Event]:
        """Answer it; whoever stops listening ends it, and what was said is kept as interrupted.

        Raises RefusedError and StorageError before the first event. What goes wrong later is told
        by a Failed, which is then the last event; else that is a Done.
        """
        decision = decide(question.model, self.models.providers)
        running = await self._open(user, question, decision)
        try:
            async with aclosing(self._answered(running, question)) as events:
                async for event in events:
                    yield event
        except BaseException:
            # Nobody listens any more, or the gateway ends: there is no time to wait in.
            self._interrupt(running)
            raise

    def close(self) -> None:
        """Write down what is not written yet."""
        for running in list(self._running.values()):
            self._interrupt(running)
        self._ledger.close()

    async def _open(self, user: User, question: Question, decision: Decision) -> "_Running":
        running = _Running(decision, question.messages)
        if not question.is_kept:
            return running
        conversations = Conversations(self._storage, user)
        new = NewTurn(str(uuid4()), question.messages, decision, self._runner)
        conversation = question.conversation

        def opened(connection: Connection) -> Opened:
            if conversation is None:
                return conversations.continue_turn(connection, question.messages, new)
            return conversations.open_turn(connection, conversation, new)

        if conversation is not None:
            history = await asyncio.to_thread(conversations.history, conversation)
            running.messages = [*history, *question.messages]
        try:
            running.opened = await self._ledger.write(opened)
        except asyncio.CancelledError:
            # It may be written all the same; what is posted now comes after that.
            self._ledger.post(lambda it: recording.finish(it, new.id, Answer(), INTERRUPTED))
            raise
        self._running[running.opened.turn] = running
        self._note_from_now_on()
        return running

    async def _answered(self, running: "_Running", question: Question) -> AsyncGenerator[Event]:
        target, answer = running.decision.chain[0], running.answer
        yield running.route
        end: Done | Failed = Failed("broken", f"{target.provider} broke its answer off")
        try:
            stream = self.models.stream(
                target.provider, target.model, running.messages, question.wish
            )
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    answer.add(piece)
                    if isinstance(piece, End):
                        end = Done(piece.finish)
                    else:
                        yield piece
        except ModelError as error:
            end = Failed(error.fault, error.message, error.retry_after)
        yield await self._finish(running, end)

    async def _finish(self, running: "_Running", end: Done | Failed) -> Done | Failed:
        said = running.answer.message()
        if isinstance(end, Done):
            course = digest([*running.messages, said]) if said else None
            outcome = Outcome("done", end, course)
        else:
            outcome = Outcome("failed" if said is None else "interrupted", end)
        if running.opened is None:
            return end
        del self._running[running.opened.turn]
        opened, answer = running.opened, running.answer
        try:
            await self._ledger.write(lambda it: recording.finish(it, opened.turn, answer, outcome))
        except ServiceError as error:
            _LOG.warning("%s", error.message)
            return NOT_KEPT if isinstance(end, Done) else end
        return end

    def _interrupt(self, running: "_Running") -> None:
        opened, answer = running.opened, running.answer
        if opened is not None and self._running.pop(opened.turn, None) is not None:
            self._ledger.post(lambda it: recording.finish(it, opened.turn, answer, INTERRUPTED))

    def _note_from_now_on(self) -> None:
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        """Every second, as long as anything runs: what is new, and signs of life."""
        while self._running:
            await asyncio.sleep(NOTED_EVERY_SECONDS)
            now = asyncio.get_running_loop().time()
            due = [each for each in self._running.values() if each.is_due(now)]
            changes = [(each.opened, each.answer) for each in due if each.opened is not None]
            if changes:
                self._ledger.post(partial(recording.note_all, changes))


class _Running:
    """A turn that is being answered."""

    def __init__(self, decision: Decision, messages: Sequence[Message]) -> None:
        self.decision = decision
        self.messages = messages
        self.opened: Opened | None = None
        self.answer = Answer()
        self._noted_length = 0
        self._noted_at = 0.0

    @property
    def route(self) -> Route:
        opened, decision = self.opened, self.decision
        return Route(
            opened.conversation if opened else None,
            opened.turn if opened else None,
            str(decision.chain[0]),
            decision.task,
            decision.reason,
        )

    def is_due(self, now: float) -> bool:
        """Whether there is something to note; if so, it counts as noted."""
        is_new = self.answer.length != self._noted_length
        if not is_new and now - self._noted_at < recording.SIGN_OF_LIFE_SECONDS:
            return False
        self._noted_length, self._noted_at = self.answer.length, now
        return True
