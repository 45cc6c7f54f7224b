"""One turn: decide who answers, ask them, tell what comes, and keep it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import uuid4

from sqlalchemy import Connection

from mosaic_gateway.accounts.users import User
from mosaic_gateway.errors import ServiceError
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.models.health import Health
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import End, ModelError, Usage
from mosaic_gateway.routing.decision import Decision, Routes
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.admission import admit, without_cost
from mosaic_gateway.turns.choice import Known, decided, traced
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.events import Done, Event, Failed, Used
from mosaic_gateway.turns.fitting import Fitting
from mosaic_gateway.turns.kept import Answer, digest
from mosaic_gateway.turns.ledger import Ledger
from mosaic_gateway.turns.noting import Noting
from mosaic_gateway.turns.question import Asked, Question, recalled
from mosaic_gateway.turns.recording import NewTurn, Outcome
from mosaic_gateway.turns.rounds import stream_of
from mosaic_gateway.turns.running import Running
from mosaic_gateway.usage.errors import LimitReachedError
from mosaic_gateway.usage.meter import Meter

INTERRUPTED = Outcome("interrupted")
NOT_KEPT = Failed("not-kept", "the answer could not be saved; the gateway's log has the details")

_LOG = logging.getLogger("mosaic_gateway.turns")


class Turns:
    """Runs the turns of everybody."""

    def __init__(
        self, models: Models, routes: Routes, storage: Storage, meter: Meter, meaning: Meaning
    ) -> None:
        """Mark what the runner of this meter left behind; raises StorageError."""
        self.models = models
        self.routes = routes
        self._health = Health()
        self.known = Known(routes, self._health, models.catalogue)
        self._storage = storage
        self._runner = meter.runner
        self._meter = meter
        self._meaning = meaning
        with storage.writing() as connection:
            lost = recording.mark_interrupted(connection, meter.runner)
            meter.mark_interrupted(connection)
        if lost:
            _LOG.info("found %d interrupted turn(s)", lost)
        self._ledger = Ledger(storage)
        self._running: dict[str, Running] = {}
        self._alive: set[str] = set()
        self._noting = Noting(self._ledger, self._running)
        self._fitting = Fitting(models, self.known, meter, self._ledger)

    async def run(self, user: User, question: Question) -> AsyncGenerator[Event]:
        """Answer it; whoever stops listening ends it, and what was said is kept as interrupted.

        Raises RefusedError and StorageError before the first event. What goes wrong later is told
        by a Failed, which is then the last event; else that is a Done.
        """
        running = await self._open(user, question)
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

    def foreseen(self, user: User, question: Question) -> Decision:
        """Say who would answer, and ask nobody; raises as `run`."""
        return decided(self.known, recalled(self._storage, user, question))

    async def _open(self, user: User, question: Question) -> Running:
        asked = Asked(question)
        if question.conversation is not None or question.agent_name is not None:
            asked = await asyncio.to_thread(recalled, self._storage, user, question)
        running = Running(user, traced(self.models.tracing, self.known, asked), asked)
        await self.models.load_prices()
        try:
            await self._write_down(running)
        except LimitReachedError:
            running.decision = without_cost(running.decision, self._meter.prices)
            if not running.decision.chain:
                raise
            running.begin_call()
            await self._write_down(running)
        if running.opened is not None:
            self._running[running.opened.turn] = running
            self._noting.begin()
        return running

    async def _write_down(self, running: Running) -> None:
        """Write the question and the call down; raises LimitReachedError, and as `run`."""
        asked, call = running.asked, running.call
        own = Conversations(self._storage, running.user)
        turn, messages = str(uuid4()), asked.question.messages
        new = NewTurn(
            turn, messages, running.decision, self._runner, asked.agent, alive=self._alive
        )
        if asked.question.is_kept:
            self._alive.add(turn)
        try:
            running.opened = await self._ledger.write(
                lambda it: admit(it, running, new, own, self._meter)
            )
        except asyncio.CancelledError:
            # It may be written all the same; what is posted now comes after that.
            self._ledger.post(lambda it: recording.finish(it, new.id, Answer(), INTERRUPTED))
            self._ledger.post(lambda it: self._meter.settle(it, call, "interrupted"))
            self._alive.discard(turn)
            raise
        except Exception:
            self._alive.discard(turn)
            raise

    async def _answered(self, running: Running, question: Question) -> AsyncGenerator[Event]:
        """Ask one model after the other until one says something; each time, tell which."""
        end: Done | Failed | None = None
        while end is None:
            yield running.route
            if await self._fitting.fit(running):
                yield running.route
            try:
                async with aclosing(self._asked(running)) as events:
                    async for event in events:
                        if isinstance(event, Done):
                            end = event
                        else:
                            running.has_said |= not isinstance(event, Usage)
                            yield event
            except ModelError as error:
                if not self._asks_another(running, error):
                    end = Failed(error.fault, error.message, error.retry_after)
        yield await self._finish(running, end)

    async def _asked(self, running: Running) -> AsyncGenerator[Event]:
        """Ask the first model of the chain; a Done comes last. Raises ModelError."""
        target = running.decision.chain[0]
        end: End | None = None
        try:
            call = running.call
            call.is_asked = True
            stream = stream_of(running, self.models, self.known, self._meaning)
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Used):
                        yield piece
                        continue
                    running.answer.add(piece)
                    call.add(piece)
                    if isinstance(piece, End):
                        end = piece
                    else:
                        yield piece
            if end is None:
                raise ModelError("broken", f"{target.provider} broke its answer off")
        except ModelError as error:
            self._health.failed(target.provider, target.model, error)
            raise
        self._health.answered(target.provider, target.model)
        yield Done(end.finish)

    def _asks_another(self, running: Running, error: ModelError) -> bool:
        """Go on, where that may help and nobody has heard anything yet.

        That is with the next model, or with the same, told less, for which it was too long.
        """
        decision = running.decision
        if running.has_said or error.fault == "rejected":
            return False
        if error.fault != "too-long" or not self._fitting.squeezes(running):
            if len(decision.chain) == 1:
                return False
            decision = running.decision = decision.without_first(error.message)
        failed, call, opened = running.call, running.begin_call(), running.opened

        def rerouted(connection: Connection) -> None:
            if opened is not None:
                recording.reroute(connection, opened.turn, decision)
            self._meter.settle(connection, failed, "failed", error.fault)
            self._meter.begin(connection, call, opened.conversation if opened else None)

        self._ledger.post(rerouted)
        return True

    async def _finish(self, running: Running, end: Done | Failed) -> Done | Failed:
        said = running.answer.message()
        if isinstance(end, Done):
            course = digest([*running.asked.messages, said]) if said else None
            outcome = Outcome("done", end, course)
        else:
            outcome = Outcome("failed" if said is None else "interrupted", end)
        opened, answer, call = running.opened, running.answer, running.call
        fault = end.fault if isinstance(end, Failed) else None
        if opened is None:
            self._ledger.post(lambda it: self._meter.settle(it, call, outcome.state, fault))
            return end
        del self._running[opened.turn]

        def finished(connection: Connection) -> None:
            recording.finish(connection, opened.turn, answer, outcome)
            self._meter.settle(connection, call, outcome.state, fault)

        try:
            await self._ledger.write(finished)
        except ServiceError as error:
            _LOG.warning("%s", error.message)
            failed = NOT_KEPT if isinstance(end, Done) else end
            self._ledger.post(lambda it: recording.give_up(it, opened.turn, failed))
            self._ledger.post(lambda it: self._meter.settle(it, call, outcome.state, fault))
            return failed
        finally:
            self._alive.discard(opened.turn)
        return end

    def _interrupt(self, running: Running) -> None:
        opened, answer, call = running.opened, running.answer, running.call
        self._ledger.post(lambda it: self._meter.settle(it, call, "interrupted"))
        if opened is not None and self._running.pop(opened.turn, None) is not None:
            # Where there is no room for the answer, there may be for that.
            self._ledger.post(lambda it: recording.give_up(it, opened.turn))
            self._ledger.post(lambda it: recording.finish(it, opened.turn, answer, INTERRUPTED))
            self._alive.discard(opened.turn)
