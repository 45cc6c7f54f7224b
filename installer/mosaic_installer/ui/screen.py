"""The view for a person at a terminal: a line for what is done, a spinner for what is not."""

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Event,
    Finished,
    StageStarted,
)
from mosaic_installer.ui.terminal import shows_unicode, wants_stillness

STAGE_WIDTH = 13


def console() -> Console:
    """Return the console for everything that is not data; honours NO_COLOR and the width."""
    return Console(stderr=True, highlight=False)


class ScreenView:
    """A line for every stage that changed something; a spinner for the action under way."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._console = console()
        self._is_verbose = is_verbose
        self._is_still = wants_stillness()
        # Asked now: while a spinner turns, stderr is rich's and does not know its encoding.
        self._has_unicode = shows_unicode()
        self._status: Status | None = None
        self._stage = ""
        self._done: list[str] = []

    def report(self, event: Event) -> None:
        match event:
            case StageStarted():
                self._end_stage()
                self._stage = event.stage
            case ActionStarted() | ActionProgressed():
                self._spin(event)
            case ActionDone():
                self._done.append(event.action)
            case ActionSkipped():
                if self._is_verbose:
                    self._done.append(f"nothing to do: {event.action}")
            case ActionFailed():
                self._fail(event)
            case Finished():
                self.close()

    def close(self) -> None:
        self._end_stage()

    def _spin(self, event: ActionStarted | ActionProgressed) -> None:
        progress = f" ({event.text})" if isinstance(event, ActionProgressed) else ""
        shown = f"[bold]{escape(event.stage)}[/bold] {escape(event.action + progress)}"
        if self._is_still:
            # Said once when it begins: whoever wants nothing to move still wants to know.
            if isinstance(event, ActionStarted):
                self._line("[dim].[/dim]", event.action)
        elif self._status is None:
            spinner = "dots" if self._has_unicode else "line"
            self._status = self._console.status(shown, spinner=spinner)
            self._status.start()
        else:
            self._status.update(shown)

    def _end_stage(self) -> None:
        self._stop_spinning()
        if self._done:
            sign = "✓" if self._has_unicode else "+"
            several = len(self._done) > 1 and not self._is_verbose
            shown = [f"{len(self._done)} steps"] if several else self._done
            self._line(f"[green]{sign}[/green]", "\n".join(shown))
        self._done = []

    def _fail(self, event: ActionFailed) -> None:
        self._end_stage()
        self._line(f"[red]{'✗' if self._has_unicode else 'x'}[/red]", event.action)
        self._console.print()

    def _stop_spinning(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _line(self, sign: str, text: str) -> None:
        row = Table.grid(padding=(0, 1))
        row.add_column()
        row.add_column(width=STAGE_WIDTH)
        row.add_column(style="dim", overflow="fold")
        row.add_row(sign, f"[bold]{escape(self._stage)}[/bold]", escape(text))
        self._console.print(row)
