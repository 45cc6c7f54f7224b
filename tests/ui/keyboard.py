"""A person who types through a pipe, and the screen that this person sees."""

import io
from dataclasses import dataclass

from prompt_toolkit.input import PipeInput

ENTER, UP, DOWN, CTRL_C, CTRL_D, CTRL_U = "\r", "\x1b[A", "\x1b[B", "\x03", "\x04", "\x15"
BACKSPACE, ESCAPE = "\x7f", "\x1b"


class Screen(io.StringIO):
    """A terminal's screen, and a person who types on when it shows what they wait for."""

    def __init__(self, pipe: PipeInput) -> None:
        super().__init__()
        self.pipe = pipe
        self.waiting: list[tuple[str, str]] = []

    def flush(self) -> None:
        if self.waiting and self.waiting[0][0] in self.getvalue():
            self.pipe.send_text(self.waiting.pop(0)[1])


@dataclass(frozen=True)
class Keyboard:
    """What is typed, and the text that the terminal was sent."""

    screen: Screen

    def types(self, *keys: str) -> None:
        self.screen.pipe.send_text("".join(keys))

    def types_on(self, shown: str, *keys: str) -> None:
        """Types as soon as the terminal shows a text; a prompt that never does hangs the test."""
        self.screen.waiting.append((shown, "".join(keys)))

    @property
    def shown(self) -> str:
        return self.screen.getvalue()
