"""A turn in the database, from its question to its end.

It is written down before a model is asked, and again while the answer comes in, so that whatever
ends us leaves what was said.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, or_, update

from mosaic_gateway.agents.agent import Agent
from mosaic_gateway.models.messages import Message
from mosaic_gateway.routing.decision import Decision
from mosaic_gateway.storage.tables import TURNS
from mosaic_gateway.turns.events import Done, Failed, State
from mosaic_gateway.turns.kept import Answer, encoded

SIGN_OF_LIFE_SECONDS = 15.0
# Whoever has given no sign for so long is gone.
GONE = timedelta(seconds=4 * SIGN_OF_LIFE_SECONDS)

# Made once: to put a statement together takes longer than to run it.
_INSERT = TURNS.insert()
_CHANGE = update(TURNS).where(TURNS.c.id == bindparam("turn"))
_NOTE = _CHANGE.where(TURNS.c.state == "running")


@dataclass(frozen=True)
class NewTurn:
    """A question, and who is to answer it; `runner` is the gateway that asks them.

    `alive` are the ids of all turns that this runner has not ended, this one among them.
    """

    id: str
    question: Sequence[Message]
    decision: Decision
    runner: str
    agent: Agent | None = None
    alive: Collection[str] = ()

    def knows_ended(self, turn: Row[*tuple[object, ...]]) -> bool:
        """Whether a turn that counts as running was one of this runner's, who ended it since.

        Its end could not be written down, as when the database was away just then.
        """
        return turn.runner == self.runner and turn.id not in self.alive


@dataclass(frozen=True)
class Opened:
    """Where a turn is kept."""

    conversation: str
    turn: str
    position: int


@dataclass(frozen=True)
class Outcome:
    """How a turn ended; `course` is the digest of all that was said up to its end."""

    state: State
    end: Done | Failed | None = None
    course: str | None = None


def insert(connection: Connection, opened: Opened, new: NewTurn) -> None:
    """Write the question down."""
    now = datetime.now(UTC)
    row = {
        "id": opened.turn,
        "conversation_id": opened.conversation,
        "position": opened.position,
        "state": "running",
        "question": encoded(new.question),
        "model": str(new.decision.chain[0]),
        "task": new.decision.task,
        "reason": new.decision.reason,
        "started_at": now,
        "heard_at": now,
        "runner": new.runner,
        "agent_id": new.agent and new.agent.id,
        "agent": new.agent and new.agent.name,
    }
    connection.execute(_INSERT, row)


def reroute(connection: Connection, turn: str, decision: Decision) -> None:
    """Write down that another model answers."""
    values = {"model": str(decision.chain[0]), "reason": decision.reason}
    connection.execute(_CHANGE, {"turn": turn, **values})


def note(connection: Connection, opened: Opened, answer: Answer) -> None:
    """Write down what was said so far, and that there is somebody who listens."""
    said = answer.message(is_whole=False)
    values = {"heard_at": datetime.now(UTC), **({"answer": encoded([said])} if said else {})}
    connection.execute(_NOTE, {"turn": opened.turn, **values})


def finish(connection: Connection, turn: str, answer: Answer, outcome: Outcome) -> None:
    """Write the end down; a conversation that was removed meanwhile stays so."""
    said = answer.message(is_whole=outcome.state == "done")
    values: dict[str, object] = {
        "state": outcome.state,
        "answer": encoded([said]) if said else None,
        "ended_at": datetime.now(UTC),
        "digest": outcome.course,
    }
    if answer.usage is not None:
        values |= {
            "input_tokens": answer.usage.input,
            "output_tokens": answer.usage.output,
            "cached_tokens": answer.usage.cached,
        }
    match outcome.end:
        case Done(finish=why):
            values["finish"] = why
        case Failed(fault=fault, message=message):
            values |= {"fault": fault, "error": message.encode("ascii", "replace").decode()}
    connection.execute(_CHANGE, {"turn": turn, **values})


def give_up(connection: Connection, turn: str, failed: Failed | None = None) -> None:
    """Write down that it is over, and nothing of what was said: there is room for so much."""
    values: dict[str, object] = {"state": "interrupted", "ended_at": datetime.now(UTC)}
    if failed is not None:
        values |= {"fault": failed.fault, "error": failed.message}
    connection.execute(_CHANGE, {"turn": turn, **values})


def mark_interrupted(connection: Connection, runner: str | None = None) -> int:
    """Mark what nobody answers any more; returns how many turns that were.

    `runner` is whoever starts, if anybody does: what one of the same name was answering, it
    answers no more.
    """
    now = datetime.now(UTC)
    is_old = or_(TURNS.c.heard_at < now - GONE, TURNS.c.heard_at > now + GONE)
    is_lost = or_(TURNS.c.runner == runner, is_old)
    change = update(TURNS).where(TURNS.c.state == "running", is_lost)
    return connection.execute(change.values(state="interrupted", ended_at=now)).rowcount


def state_of(row: Row[*tuple[object, ...]]) -> str:
    """The state of a turn, also of one whose runner is gone and which nobody has marked yet."""
    # A sign of life from the future is of a clock that was set back since.
    is_lost = row.state == "running" and abs(datetime.now(UTC) - row.heard_at) > GONE
    return "interrupted" if is_lost else str(row.state)


def note_all(running: Iterable[tuple[Opened, Answer]], connection: Connection) -> None:
    """As `note`, for several."""
    for opened, answer in running:
        note(connection, opened, answer)
