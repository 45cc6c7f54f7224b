"""An answer in parts: one after the other, whatever comes at the same time."""

from collections.abc import Iterable

import pytest

from mosaic_gateway.http.parts import Begun, Ended, Parts, whole
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.events import Done, Event

pytestmark = pytest.mark.unit


def told(events: Iterable[Event]) -> list[tuple[str, int, str]]:
    """What changes: `+` for a part that begins, `.` for one that is whole, else what is added."""
    parts, found = Parts(), []
    for change in (change for event in events for change in parts.take(event)):
        match change:
            case Begun(part=part):
                found.append(("+", part.number, part.name or part.kind))
            case Ended(part=part):
                found.append((".", part.number, part.text))
            case _:
                found.append(("", change.part.number, change.text))
    return found


def piece(index: int, arguments: str, name: str = "") -> ToolPiece:
    return ToolPiece(index, f"call_{index}", name, arguments, bool(name))


def test_thoughts_text_and_calls_follow_one_another() -> None:
    usage = Usage(1, 2)
    events: list[Event] = [
        Thinking("Hm"),
        Thinking("m."),
        Text("It "),
        Text("is"),
        piece(0, "", "clock"),
        piece(0, "{}"),
        usage,
        Done("tool_calls"),
    ]
    assert told(events) == [
        ("+", 0, "thinking"),
        ("", 0, "Hm"),
        ("", 0, "m."),
        (".", 0, "Hmm."),
        ("+", 1, "text"),
        ("", 1, "It "),
        ("", 1, "is"),
        (".", 1, "It is"),
        ("+", 2, "clock"),
        ("", 2, "{}"),
        (".", 2, "{}"),
    ]
    parts, end = whole(events)
    assert (parts.usage, end.finish) == (usage, "tool_calls")
    assert [each.text for each in parts.all] == ["Hmm.", "It is", "{}"]


def test_what_comes_while_a_call_is_told_waits_for_its_end() -> None:
    events: list[Event] = [
        piece(0, '{"a', "one"),
        piece(1, "{", "two"),
        Text("Both."),
        piece(0, '":1}'),
        piece(1, "}"),
        Done("tool_calls"),
    ]
    assert told(events) == [
        ("+", 0, "one"),
        ("", 0, '{"a'),
        ("", 0, '":1}'),
        (".", 0, '{"a":1}'),
        ("+", 1, "two"),
        ("", 1, "{}"),
        (".", 1, "{}"),
        ("+", 2, "text"),
        ("", 2, "Both."),
        (".", 2, "Both."),
    ]


def test_an_answer_may_be_empty() -> None:
    assert told([Usage(1, 0), Done("stop")]) == []
