"""`mosaic chat` at a terminal: one question after another, in one conversation."""

from mosaic_installer.commands.answering import Telling, answer
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.chats import Asking, ChatApi
from mosaic_installer.errors import InstallerError
from mosaic_installer.ui import output
from mosaic_installer.ui.question_prompt import QuestionPrompt, open_prompt

QUIT, AGENT = "/quit", "/agent"


def converse(api: ChatApi, first: Asking) -> int:
    """Answer what is typed, until the person leaves; `first` says in which conversation."""
    earlier: list[str] = []
    if first.conversation is not None:
        begun = api.conversation(first.conversation)
        earlier = [said.question for said in begun.turns]
        output.say_quietly(f"This goes on with: {begun.title}")
    prompt = open_prompt(earlier)
    output.say_quietly(f"{prompt.keys} {AGENT} NAME switches the agent. {QUIT} or Ctrl-D leaves.")
    asking = first
    while (question := _typed(prompt)) is not None:
        word, _, name = question.strip().partition(" ")
        if word == AGENT:
            asking = replace(asking, agent=name.strip())
            output.say_quietly(f"From now on: {name.strip() or 'no agent'}")
            continue
        asking = replace(asking, text=question)
        asking = replace(asking, conversation=_answered(api, asking))
    return 0


def _typed(prompt: QuestionPrompt) -> str | None:
    """Return the next question; None where the person leaves."""
    while True:
        try:
            text = prompt.ask()
        except KeyboardInterrupt:
            continue  # what was typed is given up, as in a shell
        if text is None or text.strip() == QUIT:
            return None
        if text.strip():
            return text


def _answered(api: ChatApi, asking: Asking) -> str | None:
    """Print the answer, or why there is none; return the conversation to go on with."""
    telling = Telling(as_json=False)
    try:
        answer(api, asking, telling)
    except KeyboardInterrupt:
        output.say_quietly("interrupted")
    except InstallerError as error:
        output.complain(error)
    return telling.route.text("conversation") or asking.conversation
