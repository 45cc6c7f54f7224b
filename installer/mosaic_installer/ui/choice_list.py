"""A list to choose from with the arrow keys: folded between words, scrolled where it is short."""

from collections.abc import Sequence

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.filters import is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, ScrollOffsets, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.styles import BaseStyle

from mosaic_installer.ui.conversation import EXPLAIN, Back, Choice
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.keys_told import footer, keys_of_list

ESCAPE_SECONDS = 0.1
"""How long a lone Escape may still turn out to be the beginning of an arrow key."""
BACK = " (back)"
"""What stays on the screen where the person went back instead of answering."""


class ChoiceList:
    """The list while it is on the screen."""

    def __init__(
        self,
        message: str,
        choices: Sequence[Choice],
        default: str,
        sign: str,
        *,
        is_explained: bool = False,
    ) -> None:
        self._message = message
        self._choices = choices
        self._sign = sign
        self._at = max(0, *(i * (row.value == default) for i, row in enumerate(choices)), 0)
        self._has_answer = False
        self._is_left = False
        self._is_explained = is_explained

    def application(self, style: BaseStyle, *, can_go_back: bool) -> "Application[str]":
        """Return the application that shows the list and returns the chosen value."""
        told = keys_of_list(can_go_back=can_go_back, is_explained=self._is_explained)
        rows = Window(
            FormattedTextControl(self._rows, focusable=True, show_cursor=False),
            # The cursor stands in the last line of a row: so many lines above belong to it, too.
            scroll_offsets=ScrollOffsets(top=lambda: len(self._lines(self._at)) - 1),
        )
        question = Window(
            FormattedTextControl(self._question), dont_extend_height=True, wrap_lines=True
        )
        below = ConditionalContainer(HSplit([rows, footer(told)]), filter=~is_done)
        shown: Application[str] = Application(
            layout=Layout(HSplit([question, below]), rows),
            key_bindings=self._keys(can_go_back=can_go_back),
            style=style,
        )
        shown.ttimeoutlen = ESCAPE_SECONDS
        return shown

    def _question(self) -> StyleAndTextTuples:
        question = f"{self._sign} {self._message}"
        chosen = self._choices[self._at]
        answer = f" {chosen.answer or chosen.label}" if self._has_answer else ""
        folded = "\n".join(fold(question + answer, _width(), "  "))
        end = _end_of(len("".join(question.split())), folded)
        is_left = self._is_left and cells(question + BACK) <= _width()
        return [
            ("class:qmark", folded[: len(self._sign)]),
            ("class:question", folded[len(self._sign) : end]),
            ("class:answer", folded[end:]),
            ("class:instruction", BACK if is_left else ""),
        ]

    def _rows(self) -> StyleAndTextTuples:
        rows: StyleAndTextTuples = []
        for number, choice in enumerate(self._choices):
            is_here = number == self._at
            rows.append(("class:pointer", f" {self._sign} " if is_here else "   "))
            style = "highlighted" if is_here else choice.tone
            rows.append((f"class:{style}", "\n   ".join(self._lines(number))))
            if is_here:
                rows.append(("[SetCursorPosition]", ""))
            rows.append(("", "\n"))
        return rows[:-1]

    def _lines(self, number: int) -> list[str]:
        choice = self._choices[number]
        label = f"{choice.label}: {choice.hint}" if choice.hint else choice.label
        return fold(label, _width() - 4, "  ", breaks_words=True)

    def _keys(self, *, can_go_back: bool) -> KeyBindings:
        keys = KeyBindings()

        def move(event: KeyPressEvent) -> None:
            step = 1 if event.key_sequence[0].key in {Keys.Down, "j", Keys.Tab} else -1
            self._at = (self._at + step) % len(self._choices)

        def take(event: KeyPressEvent) -> None:
            self._has_answer = True
            event.app.exit(result=self._choices[self._at].value)

        def explain(event: KeyPressEvent) -> None:
            event.app.erase_when_done = True
            event.app.exit(result=EXPLAIN)

        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

        def back(event: KeyPressEvent) -> None:
            self._is_left = True
            event.app.exit(exception=Back())

        bound = {
            move: (Keys.Up, Keys.Down, Keys.Tab, Keys.BackTab, "j", "k"),
            take: (Keys.Enter,),
            leave: (Keys.ControlC, Keys.ControlD, Keys.SIGINT),
            back: (Keys.Escape, Keys.Left) if can_go_back else (),
            explain: (EXPLAIN,) if self._is_explained else (),
        }
        for act, names in bound.items():
            for name in names:
                keys.add(name, eager=True)(act)
        return keys


def _end_of(count: int, text: str) -> int:
    """Return where the first `count` letters of a text end, blanks and line ends left aside."""
    seen = 0
    for place, letter in enumerate(text):
        seen += not letter.isspace()
        if seen == count:
            return place + 1
    return len(text)


def _width() -> int:
    return get_app().output.get_size().columns
