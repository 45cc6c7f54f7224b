"""`mosaic memory`: what is kept for you, by you or by an agent; by the token on file."""

from collections.abc import Sequence

from mosaic_installer.commands.authority import open_memories
from mosaic_installer.commands.consent import agrees_to_remove
from mosaic_installer.commands.listing import NOTHING_FOUND, require_some, whole
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.memories import Memory
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.environment import read_standard_input
from mosaic_installer.ui import output

DAY = len("2026-01-31")
STDIN = "-"


def list_latest(most: int, *, as_json: bool) -> int:
    """Print the latest memories."""
    require_some(most)
    nothing = "No memories yet. `mosaic memory add TEXT` adds one."
    _print(open_memories().all(most), nothing, as_json=as_json)
    return 0


def search(text: str, most: int, *, as_json: bool) -> int:
    """Print the memories that fit these words best."""
    require_some(most)
    _print(open_memories().search(whole(text), most), NOTHING_FOUND, as_json=as_json)
    return 0


def add(text: str, *, as_json: bool) -> int:
    """Keep something."""
    try:
        found = read_standard_input() if text == STDIN else whole(text)
    except UnicodeDecodeError:
        raise _unusable("what came on stdin is not UTF-8 text") from None
    if not found.strip():
        raise _unusable("there is nothing to remember")
    made = open_memories().add(found)
    if as_json:
        output.shown_document(_document(made))
    else:
        output.say(f"Remembered as {made.id}.")
    return 0


def forget(memory: str, *, assume_yes: bool) -> int:
    """Forget a memory for good."""
    api = open_memories()
    found = api.find(memory)
    if agrees_to_remove(f"the memory {found.id}", "its text", assume_yes=assume_yes):
        api.forget(found.id)
        output.say("The memory is forgotten.")
    return 0


def _print(found: Sequence[Memory], nothing: str, *, as_json: bool) -> None:
    if as_json:
        output.shown_document([_document(each) for each in found])
        return
    for each in found:
        text = " ".join(each.text.split())
        output.piece(f"{each.updated_at[:DAY]}  {each.id}  {text}\n")
    if not found:
        output.say(nothing)


def _unusable(what: str) -> AnswersError:
    return AnswersError(what, "give a TEXT, or - to read it from stdin", identifier="bad-usage")


def _document(memory: Memory) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": memory.id,
        "text": memory.text,
        "created": memory.created_at,
        "updated": memory.updated_at,
    }
