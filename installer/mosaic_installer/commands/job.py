"""`mosaic job`: what the gateway does by itself; by the token on file."""

from collections.abc import Iterator, Sequence

from mosaic_installer.commands.authority import open_jobs
from mosaic_installer.commands.listing import require_some
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.core.moments import to_the_minute
from mosaic_installer.ui import output


def list_latest(most: int, *, name: str | None, state: str | None, as_json: bool) -> int:
    """Print the latest runs: since when, state, job and id; with what went wrong below."""
    require_some(most)
    found = open_jobs().latest(most, name=name, state=state)
    if as_json:
        output.shown_document([_document(each) for each in found])
        return 0
    for line in told(found):
        output.piece(f"{line}\n")
    if not found:
        output.say("There are no such jobs. They begin 15 seconds after the gateway starts.")
    return 0


def retry(run: str, *, as_json: bool) -> int:
    """Have a run done now."""
    asked = open_jobs().retry(run)
    if as_json:
        output.shown_document(_document(asked))
    else:
        name = output.readable(asked.name)
        output.say(f"{name} will run now. `mosaic job list` shows how it goes.")
    return 0


def told(found: Sequence[JobRun]) -> Iterator[str]:
    """Yield a line for each run, and below it what went wrong."""
    rows = output.aligned(
        (to_the_minute(each.started_at or each.created_at), each.state, each.name, each.id)
        for each in found
    )
    for row, each in zip(rows, found, strict=True):
        yield row
        if each.error is not None:
            yield f"    {_trouble(each)}"


def _trouble(run: JobRun) -> str:
    tries = "1 attempt" if run.attempts == 1 else f"{run.attempts} attempts"
    later = f", next at {to_the_minute(run.due_at)}" if run.state == "retrying" else ""
    return f"{tries}{later}: {run.error}"


def _document(run: JobRun) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": run.id,
        "name": run.name,
        "state": run.state,
        "attempts": run.attempts,
        "error": run.error,
        "created": run.created_at,
        "due": run.due_at,
        "started": run.started_at,
        "ended": run.ended_at,
    }
