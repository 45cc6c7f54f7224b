"""`mosaic chat`: ask a question, and print the answer as it comes."""

from mosaic_installer.commands.answering import Telling, answer
from mosaic_installer.commands.authority import open_chats
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine.chats import Asking, ChatApi
from mosaic_installer.errors import AnswersError, InstallerError, Interrupted
from mosaic_installer.machine.environment import read_standard_input
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive, is_typed

STDIN = "-"


@frozen
class Wanted:
    """What the command line of `mosaic chat` says besides the question."""

    conversation: str | None = None
    continues: bool = False
    model: str | None = None
    agent: str | None = None
    as_json: bool = False


def run(text: str | None, wanted: Wanted) -> int:
    """Ask, and print the answer; without a question at a terminal, go on with one after another."""
    converses = text is None and not wanted.as_json and is_interactive()
    question = "" if converses else read_question(text)
    api = open_chats()
    conversation = _latest(api) if wanted.continues else wanted.conversation
    asking = Asking(
        text=question, conversation=conversation, model=wanted.model, agent=wanted.agent
    )
    if converses:
        from mosaic_installer.commands.chat_session import converse

        return converse(api, asking)
    try:
        answer(api, asking, Telling(as_json=wanted.as_json))
    except KeyboardInterrupt:
        output.say("interrupted: what was said until now is kept in the conversation")
        return Interrupted.exit_code
    return 0


def read_question(text: str | None) -> str:
    """Return what is asked: the text, or stdin where that is `-`, or nothing at a pipe."""
    if text is None and is_typed():
        raise _unusable("no question was given")
    try:
        found = read_standard_input() if text in {None, STDIN} else text or ""
    except UnicodeDecodeError:
        raise _unusable("stdin is not UTF-8 text") from None
    if not found.strip():
        raise _unusable("the question is empty")
    return found


def _unusable(what: str) -> AnswersError:
    return AnswersError(what, "give the question as TEXT, or on stdin", identifier="bad-usage")


def _latest(api: ChatApi) -> str:
    for found in api.conversations(1):
        return found.id
    raise InstallerError(
        "there is no conversation to continue", "without `--continue`, a new one begins"
    )
