"""What the gateway tells of conversations and models, read into values.

Each raises KeyError, TypeError or AttributeError for what is shaped in another way.
"""

from typing import Any, TypeVar

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.chats import Conversation, Decision, Model, Said, Summary

Plain = TypeVar("Plain", bool, int)


def conversation_in(row: Any) -> Conversation:
    """A row of the list of conversations."""
    return Conversation(
        id=str(row["id"]),
        title=str(row["title"]),
        created_at=str(row["createdAt"]),
        updated_at=str(row["updatedAt"]),
    )


def whole_conversation_in(row: Any) -> Conversation:
    """A conversation with all that was said."""
    turns = tuple(_said(turn) for turn in row["turns"])
    summary = _summary(row.get("summary"))
    return replace(conversation_in(row), turns=turns, summary=summary, document=row)


def _summary(row: Any) -> Summary | None:
    """What stands for the beginning; nothing where no model had too little room for it."""
    if row is None:
        return None
    return Summary(through=int(row["through"]), text=str(row["text"]), model=str(row["model"]))


def _said(row: Any) -> Said:
    asked = [message for message in row["question"] if message["role"] == "user"]
    return Said(
        question="\n".join(str(message["text"]) for message in asked),
        answer=str(row["answer"] or ""),
        model=str(row["model"]),
        reason=str(row["reason"]),
        state=str(row["state"]),
        fault=str(row["error"] or ""),
        agent=str(row.get("agent") or ""),
        position=int(row["position"]),
    )


def models_in(body: Any) -> tuple[Model, ...]:
    """The names that may be asked for, of which there may be none."""
    if not isinstance(body, list):
        raise TypeError
    return tuple(map(model_in, body))


def model_in(row: Any) -> Model:
    """A name that may be asked for."""
    return Model(
        name=str(row["name"]),
        provider=str(row["provider"] or ""),
        pictures=_typed(row["pictures"], bool),
        tools=_typed(row["tools"], bool),
        tokens=_typed(row["tokens"], int),
        trouble=str(row["trouble"]),
    )


def _typed(value: object, kind: type[Plain]) -> Plain | None:
    return value if isinstance(value, kind) else None


def decision_in(row: Any) -> Decision:
    """Who would answer, and why."""
    models = tuple(str(model) for model in row["models"])
    return Decision(task=str(row["task"]), models=models, reason=str(row["reason"]))
