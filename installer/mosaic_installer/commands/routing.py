"""`mosaic routing`: which models would answer a question, and why."""

from itertools import chain, repeat

from mosaic_installer.commands.authority import open_chats
from mosaic_installer.commands.chat import read_question
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.ui import output


def explain(text: str | None, *, as_json: bool) -> int:
    """Print what the gateway would decide; no model is asked."""
    question = read_question(text)
    found = open_chats().explain(question)
    if as_json:
        row = {"task": found.task, "models": found.models, "reason": found.reason}
        output.shown_document({"schema": SCHEMA, **row})
        return 0
    # The label stands before the first of them.
    models = zip(chain(("models",), repeat("")), found.models, strict=False)
    rows = [("task", found.task), ("reason", found.reason), *models]
    output.piece(f"{output.lines(rows)}\n")
    return 0
