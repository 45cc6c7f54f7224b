"""`mosaic models`: what may be asked for by name, and what is known of it."""

from collections.abc import Iterator

from mosaic_installer.commands.authority import open_chats
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.chats import Model
from mosaic_installer.ui import output

LONGEST_COLUMN = 40


def run(*, as_json: bool) -> int:
    """Print the names for `mosaic chat --model`, one a line, and what each of them can do."""
    models = open_chats().models()
    if as_json:
        output.shown_document([_document(each) for each in models])
        return 0
    lengths = [len(each.name) for each in models]
    width = max((length for length in lengths if length <= LONGEST_COLUMN), default=0)
    for each in models:
        said = ", ".join(_said(each))
        output.piece(f"{each.name:<{width}}  {said}\n" if said else f"{each.name}\n")
    if not models:
        output.say("No model provider is on. `mosaic install --ask providers` turns one on.")
    return 0


def _said(model: Model) -> Iterator[str]:
    if model.pictures:
        yield "pictures"
    if model.tools:
        yield "tools"
    if model.tokens is not None:
        yield f"{model.tokens:_} tokens".replace("_", " ")
    if model.trouble:
        yield model.trouble


def _document(model: Model) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "model": model.name,
        "provider": model.provider or None,
        "pictures": model.pictures,
        "tools": model.tools,
        "tokens": model.tokens,
        "trouble": model.trouble or None,
    }
