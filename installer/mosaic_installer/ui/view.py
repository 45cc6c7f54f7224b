"""Views of a run: the same events on a terminal, as plain lines, and as JSON lines."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Protocol

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
from mosaic_installer.errors import InstallerError, Interrupted
from mosaic_installer.ui import output
from mosaic_installer.ui.first_answer import told
from mosaic_installer.ui.terminal import is_lively

if TYPE_CHECKING:
    from mosaic_installer.ui.screen import ScreenView

INTERRUPTED = Interrupted.identifier


class View(Protocol):
    """Shows events as they happen."""

    def report(self, event: Event) -> None: ...


@contextmanager
def opened_view(
    *, as_json: bool = False, is_verbose: bool = False, is_plain: bool = False
) -> Iterator[View]:
    """Yield the view that suits the person, or the program, that is watching.

    A stream of events ends with `finished` even when the run fails.
    """
    if as_json:
        events = JsonView()
        try:
            yield events
        except (InstallerError, KeyboardInterrupt) as error:
            events.end(error.identifier if isinstance(error, InstallerError) else INTERRUPTED)
            raise
    elif is_plain or not is_lively():
        yield PlainView(is_verbose=is_verbose)
    else:
        with closing(LateScreen(is_verbose=is_verbose)) as screen:
            yield screen


class LateScreen:
    """A screen that is there once something happens: before a question, nobody waits for rich."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._screen: ScreenView | None = None

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

    def __init__(self) -> None:
        self._changed = self._skipped = 0

    def report(self, event: Event) -> None:
        self._changed += isinstance(event, ActionDone)
        self._skipped += isinstance(event, ActionSkipped)
        output.document(as_document(event))

    def end(self, identifier: str) -> None:
        """Report that the run failed, after what it did."""
        counts = {"changed": self._changed, "skipped": self._skipped}
        self.report(Finished(ok=False, **counts, gateway_url="", id=identifier))


class PlainView:
    """One line per action that does something, and per part of it that is done, on stderr."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose
        self._stage = ""

    def report(self, event: Event) -> None:
        line = self._line(event)
        if line:
            output.say_whole(line)

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
