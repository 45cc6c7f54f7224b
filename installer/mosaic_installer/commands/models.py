"""`mosaic models`: what may be asked for by name."""

from mosaic_installer.commands.authority import open_chats
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.ui import output


def run(*, as_json: bool) -> int:
    """Print the names for `mosaic chat --model`, one a line."""
    names = open_chats().models()
    if as_json:
        output.shown_document([{"schema": SCHEMA, "model": name} for name in names])
        return 0
    for name in names:
        output.piece(f"{name}\n")
    if not names:
        output.say("No model provider is on. `mosaic install --ask providers` turns one on.")
    return 0
