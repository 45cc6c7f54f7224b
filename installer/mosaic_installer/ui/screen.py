"""The view for a person at a terminal: a line for what is done, a spinner for what is not."""

from rich.box import ASCII, ROUNDED
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
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
from mosaic_installer.core.secret import Secret
from mosaic_installer.ui.terminal import shows_unicode


def console() -> Console:
    """Return the console for everything that is not data; honours NO_COLOR and the width."""
    return Console(stderr=True, highlight=False)


def mark(is_good: bool) -> str:  # noqa: FBT001 - the only thing it could be asked
    """Return the mark for a thing that is done, or that failed, in what the terminal can show."""
    if shows_unicode():
        return "[green]✓[/green]" if is_good else "[red]✗[/red]"
    return "[green]+[/green]" if is_good else "[red]x[/red]"


class ScreenView:
    """Progress of stages and actions."""

    def __init__(self, *, is_verbose: bool) -> None:
        self._console = console()
        self._is_verbose = is_verbose
        self._status: Status | None = None
        self._heading = ""

    def report(self, event: Event) -> None:
        match event:
            case StageStarted():
                self._heading = event.stage
            case ActionStarted():
                self._head()
                self._spin(event.action)
            case ActionProgressed():
                self._spin(f"{event.action} ({event.text})")
            case ActionDone():
                self._line(mark(is_good=True), event.action)
            case ActionFailed():
                self._line(mark(is_good=False), event.action)
            case ActionSkipped():
                self._skip(event.action)
            case Finished():
                self.close()

    def close(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _head(self) -> None:
        if self._heading:
            self.close()
            self._console.print(f"[bold]{escape(self._heading)}[/bold]")
            self._heading = ""

    def _skip(self, text: str) -> None:
        if self._is_verbose:
            self._head()
            self._line("[dim]=[/dim]", text)

    def _spin(self, text: str) -> None:
        if self._status is None:
            spinner = "dots" if shows_unicode() else "line"
            self._status = self._console.status(escape(text), spinner=spinner)
            self._status.start()
        else:
            self._status.update(escape(text))

    def _line(self, sign: str, text: str) -> None:
        self.close()
        row = Table.grid(padding=(0, 1))
        row.add_row(f" {sign}", escape(text))
        self._console.print(row)


def show_welcome(version: str) -> None:
    """Show what this is."""
    out = console()
    out.print()
    out.print(f"[bold]Mosaic Stack[/bold] [dim]installer {escape(version)}[/dim]")
    out.print("[dim]Ctrl-C leaves everything as it is.[/dim]")
    out.print()


def show_closing(url: str, token: Secret, path: str) -> None:
    """Show the address, the token (once, to the person's own terminal), and what comes next."""
    rows = Table.grid(padding=(0, 2))
    rows.add_row("[dim]Address[/dim]", escape(url))
    rows.add_row("[dim]Token[/dim]", escape(token.reveal()))
    rows.add_row("[dim]Kept in[/dim]", escape(path))
    out = console()
    out.print()
    title = "[bold green]Mosaic is ready[/bold green]"
    out.print(
        Panel(rows, title=title, title_align="left", box=ROUNDED if shows_unicode() else ASCII)
    )
    next_steps = Table.grid(padding=(0, 2))
    next_steps.add_row("[bold]mosaic status[/bold]", "what runs, and where")
    next_steps.add_row("[bold]mosaic token show[/bold]", "the token again")
    next_steps.add_row("[bold]mosaic doctor[/bold]", "when something is wrong")
    out.print(Padding(next_steps, (0, 2)))
