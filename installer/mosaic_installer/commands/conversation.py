"""`mosaic conversation`: what was said with the gateway's models; by the token on file."""

from collections.abc import Iterator

from mosaic_installer.commands.authority import open_chats, open_memories
from mosaic_installer.commands.consent import agrees_to_remove
from mosaic_installer.commands.listing import NOTHING_FOUND, require_some, whole
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.chats import Conversation, Said, Summary
from mosaic_installer.core.moments import to_the_minute
from mosaic_installer.ui import output


def list_latest(most: int, *, as_json: bool) -> int:
    """Print the latest conversations: when something was last said (UTC), id and title."""
    require_some(most)
    found = open_chats().conversations(most)
    if as_json:
        rows = [
            {
                "schema": SCHEMA,
                "id": each.id,
                "title": each.title,
                "created": each.created_at,
                "updated": each.updated_at,
            }
            for each in found
        ]
        output.shown_document(rows)
        return 0
    for each in found:
        output.piece(_row(each.updated_at, each.id, each.title))
    if not found:
        output.say("No conversations yet. `mosaic chat` begins one.")
    return 0


def show(conversation: str, *, as_json: bool) -> int:
    """Print all that was said; as JSON with everything that the gateway keeps of it."""
    found = open_chats().conversation(conversation)
    if as_json:
        output.shown_document({"schema": SCHEMA, **found.document})
        return 0
    output.piece(f"{found.title}\n")
    for part in told(found):
        output.piece(f"\n{part}\n")
    return 0


def told(found: Conversation) -> Iterator[str]:
    """Yield what was said in each turn, and the summary below the turns that it stands for."""
    summary = found.summary
    for said in found.turns:
        if summary and said.position > summary.through:
            yield _shown_summary(summary)
            summary = None
        yield _shown(said)


def search(text: str, most: int, *, as_json: bool) -> int:
    """Print where in the conversations something was said, the best first."""
    require_some(most)
    found = open_memories().search_conversations(whole(text), most)
    if as_json:
        rows = [
            {
                "schema": SCHEMA,
                "conversation": each.conversation,
                "title": each.title,
                "text": each.text,
                "said": each.said_at,
            }
            for each in found
        ]
        output.shown_document(rows)
        return 0
    for each in found:
        output.piece(_row(each.said_at, each.conversation, each.title))
        output.piece(f"    {each.text}\n")
    if not found:
        output.say(NOTHING_FOUND)
    return 0


def rename(conversation: str, title: str) -> int:
    """Give it another title."""
    open_chats().rename(conversation, title)
    output.say("The conversation has a new title.")
    return 0


def delete(conversation: str, *, assume_yes: bool) -> int:
    """Delete it for good."""
    api = open_chats()
    found = api.conversation(conversation)
    what = f'the conversation "{output.readable(found.title)}"'
    if agrees_to_remove(what, "all that was said in it", assume_yes=assume_yes):
        api.delete(found.id)
        output.say("The conversation is deleted.")
    return 0


def _row(moment: str, conversation: str, title: str) -> str:
    return f"{to_the_minute(moment)}  {conversation}  {title}\n"


def _shown_summary(summary: Summary) -> str:
    text = "\n".join(f"  {line}" for line in summary.text.split("\n"))
    who = f"[summary by {summary.model}, told in place of all of the above where it is too long]"
    return f"{text}\n\n{who}"


def _shown(said: Said) -> str:
    question = "\n".join(f"> {line}" for line in said.question.rstrip().split("\n"))
    state = "" if said.state == "done" else f" ({said.fault or said.state})"
    who = f"{said.agent}, {said.model}" if said.agent else said.model
    parts = (question, said.answer.rstrip(), f"[{who}: {said.reason}]{state}")
    return "\n\n".join(part for part in parts if part)
