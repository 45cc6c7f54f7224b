"""`mosaic chat`: ask a question, and print the answer as it comes."""

from contextlib import closing

from mosaic_installer.commands.authority import need_working_token
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine.chats import Asking, ChatApi, ChatEvent
from mosaic_installer.errors import AnswersError, InstallerError, Interrupted
from mosaic_installer.machine.chat_api import HttpChats
from mosaic_installer.machine.environment import read_standard_input
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_typed

STDIN = "-"


@frozen
class Wanted:
    """What the command line of `mosaic chat` says besides the question."""

    conversation: str | None = None
    continues: bool = False
    model: str | None = None
    as_json: bool = False


def run(text: str | None, wanted: Wanted) -> int:
    """Ask, and print the answer."""
    question = read_question(text)
    api = opened()
    conversation = _latest(api) if wanted.continues else wanted.conversation
    asking = Asking(text=question, conversation=conversation, model=wanted.model)
    try:
        answer(api, asking, as_json=wanted.as_json)
    except KeyboardInterrupt:
        output.say("interrupted: what was said until now is kept in the conversation")
        return Interrupted.exit_code
    return 0


def answer(api: ChatApi, asking: Asking, *, as_json: bool) -> None:
    """Print what comes; raises `InstallerError` where no model answers to the end."""
    telling = _Telling(as_json=as_json)
    try:
        with closing(api.ask(asking)) as events:
            for event in events:
                telling.tell(event)
                if event.name == "error":
                    raise _failure(event)
    finally:
        telling.end_line()
    if not as_json:
        output.say_quietly(f"{telling.route.text('model')}: {telling.route.text('reason')}")


class _Telling:
    """Prints events, or the answer in them; remembers who answers."""

    def __init__(self, *, as_json: bool) -> None:
        self.route = ChatEvent(name="route")
        self._as_json = as_json
        self._is_in_line = False

    def tell(self, event: ChatEvent) -> None:
        if event.name == "route":
            # Where a model fails before it says anything, another one is asked.
            self.route = event
        if self._as_json:
            output.shown_document({"schema": SCHEMA, "event": event.name, **event.data})
        elif event.name == "text":
            output.piece(event.text("text"))
            self._is_in_line = True

    def end_line(self) -> None:
        if self._is_in_line:
            output.data("")


def opened() -> ChatApi:
    """Return the door to the conversations of the token's owner."""
    machine, gateway, _meta = installed_gateway()
    return HttpChats(gateway, need_working_token(gateway, machine))


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
    # An argument may have bytes that are no character.
    return found.encode(errors="replace").decode()


def _unusable(what: str) -> AnswersError:
    return AnswersError(what, "give the question as TEXT, or on stdin", identifier="bad-usage")


def _latest(api: ChatApi) -> str:
    for found in api.conversations(1):
        return found.id
    raise InstallerError(
        "there is no conversation to continue", "without `--continue`, a new one begins"
    )


def _failure(event: ChatEvent) -> InstallerError:
    seconds = event.data.get("retryAfter")
    hint = "`mosaic provider test` tries every provider; `--model` asks another model"
    if isinstance(seconds, int | float):
        hint = f"try again in {seconds:.0f} seconds, or ask another model with `--model`"
    return InstallerError(
        output.readable(event.text("message") or "no model answered"), hint, identifier="no-answer"
    )
