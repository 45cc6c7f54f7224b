"""The conversation at a screen: questions with live validation, lists, colours where wanted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app_session
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.styles import Style

from mosaic_installer.ui import output
from mosaic_installer.ui.choice_list import BACK, ESCAPE_SECONDS, ChoiceList
from mosaic_installer.ui.conversation import (
    EXPLAIN,
    MARKED,
    Back,
    Choice,
    Field,
    Page,
    Tone,
    Validate,
    View,
)
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.panel import Panel
from mosaic_installer.ui.pending import Pending
from mosaic_installer.ui.terminal import painted, shows_unicode
from mosaic_installer.ui.typed_ahead import throw_away_typed

if TYPE_CHECKING:
    from questionary import Question

STYLE = Style.from_dict(
    {
        "qmark": "ansigreen bold",
        "question": "bold",
        "instruction": "ansibrightblack",
        "answer": "ansicyan",
        "pointer": "ansicyan bold",
        "highlighted": "ansicyan bold",
        "warning": "ansiyellow",
        "good": "ansigreen",
        "quiet": "ansibrightblack",
        "error": "ansired",
        "title": "bold",
        "label": "ansicyan",
        "validation-toolbar": "noreverse bg:default ansired",
    }
)
CYAN = "36"
TONES: dict[Tone, str] = {"plain": "", "quiet": "2", "good": "1;32", "warning": "33", "error": "31"}
"""What a terminal calls the looks: codes of `Select Graphic Rendition` (ECMA-48)."""
NARROW = 60
ROOM = 24
"""Cells that an answer should have before it gets a line of its own."""


class ScreenConversation:
    """`Conversation` at a terminal that can move its cursor."""

    def __init__(self) -> None:
        self._has_told_keys = False
        self._answered = 0.0

    def heading(self, text: str) -> None:
        output.say_whole(f"\n{painted(text, '1')}")

    def say(self, text: str = "", tone: Tone = "plain") -> None:
        said = f"{tone}: {text}" if tone in MARKED else text
        for line in said.split("\n"):
            indent = line[: len(line) - len(line.lstrip())]
            for part in fold(line, _width(), indent):
                output.say_whole(painted(part, TONES[tone]))

    def piece(self, text: str, tone: Tone = "plain") -> None:
        output.say_whole(painted(text, TONES[tone]))

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        known = list(rows)
        is_narrow = _width() < NARROW
        column = 2 if is_narrow else max((cells(label) for label, _ in known), default=0) + 4
        for label, text in known:
            lines = fold(text, _width() - column, breaks_words=True)
            if is_narrow:
                first = [painted(part, CYAN) for part in fold(label, _width())] if label else []
            else:
                gap = " " * (column - 2 - cells(label))
                first = [f"  {painted(label, CYAN)}{gap}{lines.pop(0)}"]
            for line in (*first, *(" " * column + line for line in lines)):
                output.say_whole(line)

    def choose(
        self,
        message: str,
        choices: Sequence[Choice],
        *,
        default: str = "",
        can_go_back: bool = False,
        explained: Page | None = None,
    ) -> str:
        shown = ChoiceList(message, choices, default, sign(), is_explained=explained is not None)
        return self._chosen(
            lambda: shown.application(STYLE, can_go_back=can_go_back).run(), explained
        )

    def agree(self, message: str, choices: Sequence[Choice]) -> str:
        self.forget_typed()
        return self.choose(message, choices, can_go_back=True)

    def forget_typed(self) -> None:
        throw_away_typed(self._answered)

    def panel(self, view: View, at: str = "", *, can_go_back: bool = False) -> str:
        shown = Panel(view, at, sign(), can_go_back=can_go_back)
        return self._chosen(lambda: shown.application(STYLE).run(), view.explained)

    def page(self, page: Page) -> None:
        from mosaic_installer.ui.page import OpenPage

        try:
            OpenPage(page).application(STYLE).run()
        except EOFError:
            raise KeyboardInterrupt from None
        finally:
            self._answered = monotonic()

    def _chosen(self, ask: Callable[[], str], explained: Page | None) -> str:
        """Return what is chosen, having shown what is explained as often as that was wanted."""
        try:
            while (value := ask()) == EXPLAIN and explained is not None:
                self.page(explained)
        except EOFError:
            raise KeyboardInterrupt from None
        else:
            return value
        finally:
            self._answered = monotonic()

    def field(self, field: Field) -> str:
        from mosaic_installer.ui.field import OpenField

        try:
            return OpenField(field, sign(), _keys(can_go_back=True), STYLE).ask()
        except EOFError:
            raise KeyboardInterrupt from None
        finally:
            self._answered = monotonic()

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        pending = Pending()
        pending.show(text)
        try:
            yield
        finally:
            pending.clear()

    def text(
        self, message: str, validate: Validate, *, default: str = "", can_go_back: bool = False
    ) -> str:
        import questionary

        self._tell_keys(can_go_back=can_go_back)
        question = questionary.text(
            _room_for(message, default),
            default=default,
            validate=validate,
            qmark=sign(),
            style=STYLE,
            key_bindings=_keys(can_go_back=can_go_back),
        )
        return self._asked(question).strip()

    def secret(self, message: str, validate: Validate, *, can_go_back: bool = False) -> str:
        import questionary

        self._tell_keys(can_go_back=can_go_back)
        question = questionary.password(
            _room_for(message),
            validate=validate,
            qmark=sign(),
            style=STYLE,
            key_bindings=_keys(can_go_back=can_go_back),
        )
        return self._asked(question)

    def _asked(self, question: "Question") -> str:
        from mosaic_installer.ui.field import let_messages_stand_below

        question.application.ttimeoutlen = ESCAPE_SECONDS
        let_messages_stand_below(question.application.layout)
        try:
            return str(question.unsafe_ask())
        except EOFError:
            raise KeyboardInterrupt from None
        except Back:
            # The text stays where it was typed, and looks as if it had been taken.
            self.say(f" {BACK}", "quiet")
            raise
        finally:
            self._answered = monotonic()

    def _tell_keys(self, *, can_go_back: bool) -> None:
        """Say once how to go back; lists say it themselves."""
        if can_go_back and not self._has_told_keys:
            self._has_told_keys = True
            self.say("Esc goes back.", "quiet")


def sign() -> str:
    """Return the mark before a question."""
    return "›" if shows_unicode() else ">"  # noqa: RUF001 - a prompt sign, not a letter


def _room_for(message: str, default: str = "") -> str:
    """Return the message with its lines ended between words, and with room for an answer."""
    width = get_app_session().output.get_size().columns
    lines = fold(f"{sign()} {message}", width, "  ")
    if width - cells(lines[-1]) < max(ROOM, cells(default) + 2):
        lines.append(" ")
    return "\n".join(lines).removeprefix(f"{sign()} ")


def _width() -> int:
    return get_terminal_size().columns


def _keys(*, can_go_back: bool) -> KeyBindings:
    keys = KeyBindings()

    def back(event: KeyPressEvent) -> None:
        event.app.exit(exception=Back())

    def paste(event: KeyPressEvent) -> None:
        # What is copied from a page or a file may bring line ends; an answer is one line.
        event.current_buffer.insert_text(" ".join(event.data.splitlines()))

    keys.add(Keys.BracketedPaste, eager=True)(paste)
    if can_go_back:
        keys.add(Keys.Escape, eager=True)(back)
    return keys
