"""A field at a screen: a value, what it means above it, what is wrong with it right below."""

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Always, has_validation_error
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, VerticalAlign, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.styles import BaseStyle
from prompt_toolkit.validation import ValidationError, Validator

from mosaic_installer.ui.choice_list import ESCAPE_SECONDS
from mosaic_installer.ui.conversation import Field
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.keys_told import footer, keys_of_field

ROOM = 24
"""Cells that an answer should have before it gets a line of its own."""


class OpenField:
    """A field while it is on the screen; it leaves nothing there."""

    def __init__(self, field: Field, sign: str, keys: KeyBindings, style: BaseStyle) -> None:
        self._field = field
        self._sign = sign
        self._session: PromptSession[str] = PromptSession(
            self._message,
            validator=_Checked(field),
            validate_while_typing=False,
            is_password=field.is_secret,
            key_bindings=keys,
            style=style,
            erase_when_done=True,
            reserve_space_for_menu=0,
        )
        self._session.app.ttimeoutlen = ESCAPE_SECONDS
        let_messages_stand_below(self._session.layout)
        if isinstance(self._session.layout.container, HSplit):
            self._session.layout.container.children.append(footer(keys_of_field()))

    def ask(self) -> str:
        """Return what was typed."""
        return self._session.prompt(default=self._field.default)

    def _message(self) -> StyleAndTextTuples:
        field, width = self._field, get_app().output.get_size().columns
        text: StyleAndTextTuples = [("class:title", f"{field.title}\n")]
        for line in fold(field.told, width) if field.told else ():
            text.append(("class:quiet", f"{line}\n"))
        for line in fold(field.problem, width) if field.problem else ():
            text.append(("class:error", f"{line}\n"))
        lines = fold(f"{self._sign} {field.prompt}:", width, "  ")
        if width - cells(lines[-1]) < max(ROOM, cells(field.default) + 2):
            lines.append(" ")
        first = lines.pop(0).removeprefix(self._sign)
        rest = "".join(f"\n{line}" for line in lines)
        return [*text, ("class:qmark", self._sign), ("class:question", f"{first}{rest} ")]


class _Checked(Validator):
    def __init__(self, field: Field) -> None:
        self._field = field

    def validate(self, document: Document) -> None:
        verdict = self._field.validate(document.text)
        if verdict is not True:
            raise ValidationError(message=str(verdict), cursor_position=len(document.text))


def _wrong() -> StyleAndTextTuples:
    app = get_app()
    error = app.current_buffer.validation_error
    lines = fold(error.message, app.output.get_size().columns) if error else []
    return [("class:validation-toolbar", "\n".join(lines))]


def let_messages_stand_below(layout: Layout) -> None:
    """Let what is wrong stand whole below the line that is typed, not at the end of the screen."""
    layout.current_window.dont_extend_height = Always()
    for part in layout.walk():
        if isinstance(part, ConditionalContainer) and part.filter is has_validation_error:
            # The toolbar of prompt_toolkit is one line high, and cuts what is wider.
            part.content = Window(FormattedTextControl(_wrong), dont_extend_height=True)
    if isinstance(layout.container, HSplit):
        layout.container.align = VerticalAlign.TOP
