"""The conversation at a screen: questions with live validation, lists, colours where wanted."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app_session
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.styles import Style

from mosaic_installer.ui import output
from mosaic_installer.ui.choice_list import ESCAPE_SECONDS, ChoiceList
from mosaic_installer.ui.conversation import MARKED, Back, Choice, Tone, Validate
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.terminal import shows_unicode

if TYPE_CHECKING:
    from questionary import Question
    from rich.console import Console

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
    }
)
TONES: dict[Tone, str] = {
    "plain": "",
    "quiet": "dim",
    "good": "bold green",
    "warning": "yellow",
    "error": "red",
}
NARROW = 60
ROOM = 24
"""Cells that an answer should have before it gets a line of its own."""


class ScreenConversation:
    """`Conversation` at a terminal that can move its cursor."""

    def heading(self, text: str) -> None:
        self._console.print(f"\n[bold]{_escaped(text)}[/bold]")

    def say(self, text: str = "", tone: Tone = "plain") -> None:
        said = f"{tone}: {text}" if tone in MARKED else text
        self._console.print(_escaped(said), style=TONES[tone] or None)

    def piece(self, text: str) -> None:
        output.say_whole(text)

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        from rich.padding import Padding
        from rich.table import Table

        known = list(rows)
        console = self._console
        grid = Table.grid(padding=(0, 2))
        if console.width < NARROW:
            grid.add_column(overflow="fold")
            for label, text in known:
                if label:
                    grid.add_row(f"[cyan]{_escaped(label)}[/cyan]")
                grid.add_row(Padding(_escaped(text), (0, 0, 0, 2)))
        else:
            grid.add_column(no_wrap=True)
            grid.add_column(overflow="fold")
            for label, text in known:
                grid.add_row(f"  [cyan]{_escaped(label)}[/cyan]", _escaped(text))
        console.print(grid)

    def choose(
        self,
        message: str,
        choices: Sequence[Choice],
        *,
        default: str = "",
        can_go_back: bool = False,
    ) -> str:
        shown = ChoiceList(message, choices, default, _sign())
        try:
            return shown.application(STYLE, can_go_back=can_go_back).run()
        except EOFError:
            raise KeyboardInterrupt from None

    def text(
        self, message: str, validate: Validate, *, default: str = "", can_go_back: bool = False
    ) -> str:
        import questionary

        question = questionary.text(
            _room_for(message, default),
            default=default,
            validate=validate,
            qmark=_sign(),
            style=STYLE,
            key_bindings=_keys(can_go_back=can_go_back),
        )
        return _asked(question).strip()

    def secret(self, message: str, validate: Validate, *, can_go_back: bool = False) -> str:
        import questionary

        question = questionary.password(
            _room_for(message),
            validate=validate,
            qmark=_sign(),
            style=STYLE,
            key_bindings=_keys(can_go_back=can_go_back),
        )
        return _asked(question)

    @property
    def _console(self) -> "Console":
        from mosaic_installer.ui.screen import console

        return console()


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _sign() -> str:
    return "›" if shows_unicode() else ">"  # noqa: RUF001 - a prompt sign, not a letter


def _room_for(message: str, default: str = "") -> str:
    """Return the message with its lines ended between words, and with room for an answer."""
    width = get_app_session().output.get_size().columns
    lines = fold(f"{_sign()} {message}", width, "  ")
    if width - cells(lines[-1]) < max(ROOM, cells(default) + 2):
        lines.append(" ")
    return "\n".join(lines).removeprefix(f"{_sign()} ")


def _keys(*, can_go_back: bool) -> KeyBindings:
    keys = KeyBindings()

    def back(event: KeyPressEvent) -> None:
        event.app.exit(exception=Back())

    if can_go_back:
        keys.add(Keys.Escape, eager=True)(back)
    return keys


def _asked(question: "Question") -> str:
    question.application.ttimeoutlen = ESCAPE_SECONDS
    try:
        return str(question.unsafe_ask())
    except EOFError:
        raise KeyboardInterrupt from None
