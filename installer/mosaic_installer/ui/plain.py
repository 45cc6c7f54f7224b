"""The conversation in lines: numbered choices, no colour, no moving cursor; for screen readers."""

import sys
import termios
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from getpass import getpass
from time import monotonic

from mosaic_installer.ui import output
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
from mosaic_installer.ui.folding import fold
from mosaic_installer.ui.terminal import columns, discard_typed
from mosaic_installer.ui.typed_line import typed_line

BACK, YES = "<", "yes"
SHORTER = "type less, or run this without plain lines"


class PlainConversation:
    """`Conversation` that only ever writes at the end, and reads whole lines."""

    def __init__(self) -> None:
        self._answered = 0.0

    def heading(self, text: str) -> None:
        output.say(f"\n{text}:")

    def say(self, text: str = "", tone: Tone = "plain") -> None:
        output.say(f"{tone}: {text}" if tone in MARKED else text)

    def piece(self, text: str, tone: Tone = "plain") -> None:
        output.say_whole(text)

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        title = ""
        for label, text in rows:
            title = label or title
            output.say(f"{title}: {text}")

    def choose(
        self,
        message: str,
        choices: Sequence[Choice],
        *,
        default: str = "",
        can_go_back: bool = False,
        explained: Page | None = None,
    ) -> str:
        self._list(message, choices)
        if explained is not None:
            output.say(f"{EXPLAIN} explains the words.")
        values = [choice.value for choice in choices]
        usual = values.index(default) + 1 if default in values else 1

        def validate(text: str) -> bool | str:
            is_one = not text or (
                text.isascii() and text.isdigit() and 0 < int(text) <= len(values)
            )
            is_one = is_one or (explained is not None and text == EXPLAIN)
            return is_one or f"type a number from 1 to {len(values)}"

        while True:
            typed = self.text("Number", validate, default=str(usual), can_go_back=can_go_back)
            if explained is None or typed != EXPLAIN:
                return values[int(typed) - 1]
            self.page(explained)

    def panel(self, view: View, at: str = "", *, can_go_back: bool = False) -> str:
        self.heading(f"{view.title} ({view.state})" if view.state else view.title)
        if view.told:
            self.say(view.told)
        for group in view.groups:
            for row in group.rows:
                if not row.value:
                    self.say(f"{row.label}: {row.text}" if row.text else row.label, row.tone)
                for note, tone in row.notes:
                    self.say(f"{row.label}: {note}" if row.value else note, tone)
        choices = [
            Choice(value=row.value, label=f"{row.label}: {row.text}" if row.text else row.label)
            for row in view.choices
        ]
        message = view.groups[-1].title or "Which one?"
        return self.choose(
            message, choices, default=at, can_go_back=can_go_back, explained=view.explained
        )

    def page(self, page: Page) -> None:
        self.heading(page.title)
        if page.told:
            self.say(page.told)
        self.rows(page.rows)
        for line in page.lines:
            self.piece(line)
        if page.secret is not None:
            self.piece(page.secret.reveal())
            self.say("This stays on the screen; `clear` removes it.")

    def field(self, field: Field) -> str:
        if field.told:
            self.say(field.told)
        if field.problem:
            self.say(field.problem, "error")
        if field.is_secret:
            return self.secret(field.prompt, field.validate, can_go_back=True)
        return self.text(field.prompt, field.validate, default=field.default, can_go_back=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        self.say(text)
        yield

    def agree(self, message: str, choices: Sequence[Choice]) -> str:
        self.forget_typed()
        self._list(message, choices)
        values = {str(number): row.value for number, row in enumerate(choices, start=1)}
        values["1"], values[YES] = "", choices[0].value

        def validate(text: str) -> bool | str:
            return bool(values.get(text.lower())) or (
                f"type the word {YES} for 1, or a number from 2 to {len(choices)}"
            )

        typed = self.text(f"Number, or {YES} for 1", validate, can_go_back=True)
        return values[typed.lower()]

    def forget_typed(self) -> None:
        discard_typed(sys.stdin, self._answered)

    def text(
        self, message: str, validate: Validate, *, default: str = "", can_go_back: bool = False
    ) -> str:
        shown = f"{message.rstrip(':')} [{default}]" if default else message.rstrip(":")
        asked = self._asked(input, shown, lambda text: validate(text or default), can_go_back)
        return asked or default

    def secret(self, message: str, validate: Validate, *, can_go_back: bool = False) -> str:
        return self._asked(getpass, f"{message.rstrip(':')} (not shown)", validate, can_go_back)

    def _asked(
        self,
        read: Callable[[str], str],
        message: str,
        validate: Validate,
        can_go_back: bool,  # noqa: FBT001 - handed on
    ) -> str:
        try:
            return _asked(read, message, validate, can_go_back)
        finally:
            self._answered = monotonic()

    def _list(self, message: str, choices: Sequence[Choice]) -> None:
        output.say(message)
        for number, choice in enumerate(choices, start=1):
            hint = f": {choice.hint}" if choice.hint else ""
            output.say(f"{number}. {choice.label}{hint}")


def _asked(
    read: Callable[[str], str],
    message: str,
    validate: Validate,
    can_go_back: bool,  # noqa: FBT001 - handed on
) -> str:
    prompt = f"{message} ({BACK} goes back):" if can_go_back else f"{message}:"
    *above, last = fold(prompt, columns() or len(prompt))
    while True:
        for line in above:
            output.say_whole(line)
        try:
            text = typed_line(read, f"{last} ", SHORTER)
        except BrokenPipeError:
            raise
        except (EOFError, OSError, termios.error):
            # Of a terminal that is closed: the end of what is typed, or an error of any call.
            raise KeyboardInterrupt from None
        if can_go_back and text.strip() == BACK:
            raise Back
        text = text if read is getpass else text.strip()
        verdict = validate(text)
        if verdict is True:
            return text
        output.say(f"error: {verdict}")
