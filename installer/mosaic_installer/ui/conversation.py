"""What the wizard asks and shows with: at a screen, or in plain lines for those who hear them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret

Validate = Callable[[str], bool | str]
"""Returns True for a text that will do, else a sentence that says what is wanted."""

Tone = Literal["plain", "quiet", "good", "warning", "error"]
MARKED: tuple[Tone, ...] = ("warning", "error")
"""The tones that are also said in words: colour alone is seen by few enough."""


class Back(Exception):
    """The person wants to go back to where they came from."""


@frozen
class Choice:
    """One of several things to choose from."""

    value: str
    label: str
    answer: str = ""
    """What stays on the screen once it is chosen; without it, the label."""
    hint: str = ""
    """What it is good for."""
    tone: Tone = "plain"


@frozen
class Field:
    """One value to type; `told` is what it means, `problem` what was wrong with the last one."""

    title: str
    prompt: str
    validate: Validate
    told: str = ""
    problem: str = ""
    default: str = ""
    is_secret: bool = False


@frozen
class Page:
    """Something to read: `rows` in two columns, then `lines` as they are."""

    title: str
    told: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    is_at_end: bool = False
    """Whether it is read from its end, like a log."""
    secret: Secret | None = None
    """The last line, which should not stay on the screen."""


EXPLAIN = "?"
"""The key that shows what words mean, where a question has a page about them."""


@frozen
class PanelRow:
    """A row; one with a `value` can be chosen. Its `tone` is that of the mark before it."""

    label: str
    text: str = ""
    value: str = ""
    tone: Tone = "plain"
    notes: tuple[tuple[str, Tone], ...] = ()
    """What stands below it: what is wrong there, or what came of a trial."""


@frozen
class Group:
    """Rows that stand together, their second column aligned."""

    rows: tuple[PanelRow, ...]
    title: str = ""


@frozen
class View:
    """All that a panel shows."""

    title: str
    state: str = ""
    """How it stands, in a few words beside the title."""
    tone: Tone = "plain"
    told: str = ""
    groups: tuple[Group, ...] = ()
    explained: Page | None = None
    """What its words mean."""

    @property
    def choices(self) -> list[PanelRow]:
        """Return the rows that can be chosen, from the top."""
        return [row for group in self.groups for row in group.rows if row.value]


def view_of_choices(
    title: str, told: str, choices: tuple[Choice, ...], explained: Page | None = None
) -> View:
    """Return the view of a question with a few answers."""
    rows = tuple(PanelRow(label=row.label, text=row.hint, value=row.value) for row in choices)
    return View(title=title, told=told, groups=(Group(rows=rows),), explained=explained)


class Conversation(Protocol):
    """Shows and asks. Every question raises `KeyboardInterrupt` on Ctrl-C and at the end of input.

    With `can_go_back`, a question raises `Back` where the person goes back instead of answering.
    """

    def heading(self, text: str) -> None: ...

    def say(self, text: str = "", tone: Tone = "plain") -> None: ...

    def piece(self, text: str, tone: Tone = "plain") -> None:
        """Show a text that is never cut into lines, so that it can be copied."""

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Show rows of two columns; an empty first column goes with the row above."""

    def choose(
        self,
        message: str,
        choices: Sequence[Choice],
        *,
        default: str = "",
        can_go_back: bool = False,
        explained: Page | None = None,
    ) -> str:
        """Return the value of the chosen one."""

    def agree(self, message: str, choices: Sequence[Choice]) -> str:
        """Return the value of the chosen one, of which the first does what was shown.

        Nobody comes to it by keys that were meant for another question: they are thrown away, and
        in plain lines, the first wants the word `yes`. The person can go back.
        """

    def forget_typed(self) -> None:
        """Throw away keys that were meant for another question, before one that matters."""

    def panel(self, view: View, at: str = "", *, can_go_back: bool = False) -> str:
        """Return the value of the row that was chosen; `at` is the one to begin at."""

    def page(self, page: Page) -> None:
        """Show a page until the person goes back from it."""

    def field(self, field: Field) -> str:
        """Return a value that is typed in the place of a panel. The person can go back."""

    def waiting(self, text: str) -> AbstractContextManager[None]:
        """Show what is waited for, as long as that takes."""

    def text(
        self, message: str, validate: Validate, *, default: str = "", can_go_back: bool = False
    ) -> str:
        """Return a line of text."""

    def secret(self, message: str, validate: Validate, *, can_go_back: bool = False) -> str:
        """Return a line of text that is not shown."""
