"""The view for a person at a terminal: a line for what is done, a spinner for what is not."""

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table

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
)
from mosaic_installer.core.share import Share
from mosaic_installer.ui import output
from mosaic_installer.ui.bars import Bars
from mosaic_installer.ui.first_answer import told
from mosaic_installer.ui.terminal import shows_unicode, wants_stillness

STAGE_WIDTH = 13
FRAMES = 12.5  # in a second, as many as the spinner has


def console() -> Console:
    """Return the console for everything that is not data; honours NO_COLOR and the width."""
    return Console(stderr=True, highlight=False)


class ScreenView:
    """A line for every stage that changed something; a spinner for the action under way.

    Below the spinner is a bar for each thing that the action does side by side.
    """

    def __init__(self, *, is_verbose: bool) -> None:
        self._console = console()
        self._is_verbose = is_verbose
        self._is_still = wants_stillness()
        # Asked now: while a spinner turns, stderr is rich's and does not know its encoding.
        self._has_unicode = shows_unicode()
        self._spinner = Spinner("dots" if self._has_unicode else "line", style="status.spinner")
        self._live: Live | None = None
        self._shares: dict[str, Share] = {}
        self._stage = ""
        self._done: list[str] = []
        self._remarks: list[str] = []

    def report(self, event: Event) -> None:
        match event:
            case StageStarted():
                self._end_stage()
                self._stage = event.stage
            case ActionStarted() | ActionProgressed():
                self._go_on(event)
            case ActionDone():
                self._done.append(event.action)
            case ActionSkipped() if self._is_verbose:
                self._done.append(f"nothing to do: {event.action}")
            case ActionFailed():
                self._fail(event)
            case QuestionAsked() | QuestionAnswered() | QuestionFailed():
                self._tell(event)
            case Finished():
                self.close()

    def close(self) -> None:
        self._end_stage()

    def _tell(self, event: QuestionAsked | QuestionAnswered | QuestionFailed) -> None:
        self._end_stage()
        match event:
            case QuestionAsked():
                self._stage = "First answer"
                self._show(told(event), news=told(event))
            case QuestionAnswered():
                self._done.append(told(event))
            case QuestionFailed():
                output.say(told(event))

    def _go_on(self, event: ActionStarted | ActionProgressed) -> None:
        match event:
            case ActionStarted():
                self._shares = {}
                self._show(event.action, news=event.action)
            case ActionProgressed(share=Share() as share):
                self._shares[share.of] = share
                self._show(event.action, news=event.text if share.is_done else "")
            case ActionProgressed(stays=True):
                self._remarks.append(event.text)
            case ActionProgressed():
                self._show(f"{event.action} ({event.text})")

    def _show(self, text: str, *, news: str = "") -> None:
        """Show what is under way; `news` is said in a line of its own where nothing may move."""
        if self._is_still:
            if news:
                self._line("[dim].[/dim]", news)
            return
        shares = tuple(self._shares.values())
        row = self._row(self._spinner, text)
        shown = Group(row, Bars(shares, has_unicode=self._has_unicode))
        if self._live is None:
            self._live = Live(
                shown, console=self._console, refresh_per_second=FRAMES, transient=True
            )
            self._live.start()
        else:
            self._live.update(shown)

    def _end_stage(self) -> None:
        self._stop_spinning()
        if self._done:
            sign = "✓" if self._has_unicode else "+"
            several = len(self._done) > 1 and not self._is_verbose
            shown = [f"{len(self._done)} steps"] if several else self._done
            self._line(f"[green]{sign}[/green]", "\n".join(shown))
        for remark in self._remarks:
            self._line("[yellow]![/yellow]", remark)
        self._done, self._remarks = [], []

    def _fail(self, event: ActionFailed) -> None:
        self._end_stage()
        self._line(f"[red]{'✗' if self._has_unicode else 'x'}[/red]", event.action)
        self._console.print()

    def _stop_spinning(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _line(self, sign: str, text: str) -> None:
        self._console.print(self._row(sign, text))

    def _row(self, sign: str | Spinner, text: str) -> Table:
        """Return a row of three columns, the same for what is done and for what is under way."""
        row = Table.grid(padding=(0, 1))
        row.add_column()
        row.add_column(width=STAGE_WIDTH)
        row.add_column(style="dim", overflow="fold")
        row.add_row(sign, f"[bold]{escape(self._stage)}[/bold]", escape(text))
        return row
