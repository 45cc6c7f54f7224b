"""Views of a run: the same events on a terminal, as plain lines, and as JSON lines."""

from typing import Protocol

from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Event,
    Finished,
    QuestionAnswered,
    QuestionAsked,
    QuestionFailed,
    StageStarted,
    as_document,
)
from mosaic_installer.core.share import Share
from mosaic_installer.ui import output
from mosaic_installer.ui.first_answer import told
from mosaic_installer.ui.terminal import is_lively


class View(Protocol):
    """Shows events as they happen."""

    def report(self, event: Event) -> None: ...

    def close(self) -> None:
        """Leave the terminal as it was found."""


def open_view(*, as_json: bool, is_verbose: bool, is_plain: bool = False) -> View:
    """Return the view that suits the person, or the program, that is watching."""
    if as_json:
        return JsonView()
    if is_plain or not is_lively():
        return PlainView(is_verbose=is_verbose)
    return LateScreen(is_verbose=is_verbose)


class LateScreen:
    """A screen that is there once something happens: before a question, nobody waits for rich."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._screen: View | None = None

    def report(self, event: Event) -> None:
        if self._screen is None:
            if isinstance(event, Finished):
                return
            from mosaic_installer.ui.screen import ScreenView

            self._screen = ScreenView(is_verbose=self._is_verbose)
        self._screen.report(event)

    def close(self) -> None:
        if self._screen is not None:
            self._screen.close()


class JsonView:
    """One JSON object per line on stdout."""

    def report(self, event: Event) -> None:
        output.document(as_document(event))

    def close(self) -> None:
        pass


class PlainView:
    """One line per action that does something, and per part of it that is done, on stderr."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._stage = ""

    def report(self, event: Event) -> None:
        line = self._line(event)
        if line:
            output.say_whole(line)

    def close(self) -> None:
        pass

    def _line(self, event: Event) -> str:
        match event:
            case ActionStarted():
                return f"{event.stage}: {event.action}"
            case ActionSkipped() if self._is_verbose:
                return f"{event.stage}: nothing to do: {event.action}"
            case ActionFailed():
                return f"{event.stage}: failed: {event.action}"
            case ActionProgressed(share=Share(is_done=True)) | ActionProgressed(stays=True):
                return f"{event.stage}: {event.text}"
            case QuestionAsked() | QuestionAnswered() | QuestionFailed():
                return told(event)
            case ActionSkipped() | ActionDone() | ActionProgressed() | StageStarted() | Finished():
                return ""
