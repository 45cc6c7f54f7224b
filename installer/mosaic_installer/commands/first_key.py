"""The first key of a model provider: asked for, tried where it was pasted, and kept or changed."""

from collections.abc import Mapping

from mosaic_installer.commands.verification import Tried
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.settling.interview import Given
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui.asking import ask_provider
from mosaic_installer.ui.conversation import Back, Choice, Conversation

PATIENCE = 5.0
"""Seconds that a person at a question is kept waiting for a call."""
OTHER = Choice(value="other", label="Give another one")
KEEP = Choice(value="keep", label="Keep it anyway: the gateway may not be able to use it")
NONE = Choice(value="none", label="None for now")


def ask_first_key(
    talk: Conversation,
    sheet: Sheet,
    found: Mapping[str, Given],
    machine: LocalMachine,
    tried: Tried,
) -> None:
    """Ask until there is a key that works, one that is to be kept, or none; raises `Back`."""
    while True:
        key = ask_provider(talk, sheet, found)
        if key is None or _stays(talk, sheet, key, machine, tried):
            return
        sheet.take_back(key)


def _stays(talk: Conversation, sheet: Sheet, key: str, machine: LocalMachine, tried: Tried) -> bool:
    """Try the service that a key turns on; return whether the person goes on with what is given."""
    verdict = tried.verdict_on(key, sheet.look().settled, machine, PATIENCE)
    if verdict is None:
        return True
    _show(talk, verdict)
    if verdict.result != "refused":
        return True
    try:
        chosen = talk.choose("What now?", (OTHER, KEEP, NONE), can_go_back=True)
    except Back:
        return False
    if chosen == KEEP.value:
        tried.keep_anyway(verdict)
    elif chosen == NONE.value:
        sheet.take_back(key)
    return chosen != OTHER.value


def _show(talk: Conversation, verdict: Verdict) -> None:
    match verdict.result:
        case "accepted":
            talk.say(f"It works: {verdict.message}.", "good")
        case "refused":
            talk.say(verdict.message, "error")
        case _:
            talk.say(verdict.message, "warning")
            talk.say(f"  {verdict.hint}", "quiet")
