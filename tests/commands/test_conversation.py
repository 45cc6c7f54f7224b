"""A conversation as `mosaic conversation show` prints it, from what the gateway tells of it."""

from typing import Any

import pytest

from mosaic_installer.commands.conversation import told
from mosaic_installer.machine.chat_rows import whole_conversation_in

pytestmark = pytest.mark.unit


def turn(position: int, text: str) -> dict[str, Any]:
    said = {"role": "user", "text": text}
    more = {"answer": "Yes.", "model": "a/b", "reason": "why", "state": "done", "error": None}
    return {"position": position, "question": [said], **more}


def test_a_summary_stands_below_the_turns_that_it_stands_for() -> None:
    row = {"id": "c", "title": "Tea", "createdAt": "2026", "updatedAt": "2026"}
    row["turns"] = [turn(0, "Tea?"), turn(1, "Green?"), turn(3, "Black?")]  # type: ignore[assignment]
    parts = list(told(whole_conversation_in(row)))
    assert [part.split("\n")[0] for part in parts] == ["> Tea?", "> Green?", "> Black?"]
    summary = {"through": 1, "text": "They like\ntea.", "model": "z/s", "madeAt": "2026"}
    parts = list(told(whole_conversation_in({**row, "summary": summary})))
    assert [part.split("\n")[0] for part in parts][2:] == ["  They like", "> Black?"]
    assert parts[2] == (
        "  They like\n  tea.\n\n"
        "[summary by z/s, told in place of all of the above where it is too long]"
    )
