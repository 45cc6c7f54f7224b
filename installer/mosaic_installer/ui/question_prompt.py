"""Where questions to a model are typed: several lines long, with the earlier ones at hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from mosaic_installer.ui.terminal import wants_plain
from mosaic_installer.ui.typed_line import typed_line

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


class QuestionPrompt(Protocol):
    """Asks for questions; `keys` says how they are typed, and answers ended."""

    keys: str

    def ask(self) -> str | None:
        """Return what was typed; None at Ctrl-D. Raises `KeyboardInterrupt` at Ctrl-C."""


def open_prompt(earlier: Sequence[str]) -> QuestionPrompt:
    """Return the prompt that suits the terminal; `earlier` questions are its history."""
    return PlainPrompt() if wants_plain() else ScreenPrompt(earlier)


class PlainPrompt:
    """Reads whole lines, and moves no cursor."""

    keys = "Ctrl-C ends an answer."

    def ask(self) -> str | None:
        try:
            return typed_line(input, "Question: ", "ask less, or use `mosaic chat < FILE`")
        except EOFError:
            return None


class ScreenPrompt:
    """Lets questions be edited; Up and Down go through the earlier ones."""

    keys = "Esc Enter begins a new line; Ctrl-C ends an answer."

    def __init__(self, earlier: Sequence[str]) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import InMemoryHistory

        from mosaic_installer.ui.prompts import STYLE, sign

        self._session: PromptSession[str] = PromptSession(
            [("class:qmark", f"{sign()} ")],
            multiline=True,
            prompt_continuation="  ",
            # Kept nowhere: the gateway has every question, and gives them back.
            history=InMemoryHistory(earlier),
            key_bindings=_keys(),
            reserve_space_for_menu=0,
            style=STYLE,
        )

    def ask(self) -> str | None:
        try:
            return self._session.prompt()
        except EOFError:
            return None


def _keys() -> "KeyBindings":
    from prompt_toolkit.key_binding import KeyBindings

    def send(event: "KeyPressEvent") -> None:
        event.current_buffer.validate_and_handle()

    def begin_line(event: "KeyPressEvent") -> None:
        event.current_buffer.insert_text("\n")

    keys = KeyBindings()
    keys.add("enter")(send)
    keys.add("escape", "enter")(begin_line)
    return keys
