"""What an installation would do: as a list, as diffs, as JSON, or as an exit code."""

from collections.abc import Iterator, Sequence

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.plan import Surveyed
from mosaic_installer.errors import DriftFound
from mosaic_installer.ui import output
from mosaic_installer.ui.plan_view import plan_rows


def show_dry_run(
    surveyed: Sequence[Surveyed], machine: Machine, *, as_json: bool, with_diff: bool
) -> None:
    """Print the plan on stdout; nothing is touched."""
    if as_json:
        files = [_file(action, machine) for action in _files(surveyed)]
        output.document({"schema": SCHEMA, "actions": action_documents(surveyed), "files": files})
        return
    rows = plan_rows(surveyed, in_full=True)
    output.data(output.lines(rows) if rows else "Nothing would change.")
    if with_diff:
        show_diffs(surveyed, machine)


def show_diffs(surveyed: Sequence[Surveyed], machine: Machine) -> None:
    """Print how generated files would change, on stdout."""
    for diff in diffs(surveyed, machine):
        output.data(diff)


def diffs(surveyed: Sequence[Surveyed], machine: Machine) -> list[str]:
    """Return how generated files would change, one unified diff for each."""
    return [action.diff(machine) for action in _files(surveyed)]


def check_only(surveyed: Sequence[Surveyed]) -> int:
    """Return 0 when nothing would change; raises `DriftFound` otherwise."""
    rows = plan_rows(surveyed, in_full=True)
    if not rows:
        output.say("Nothing would change.")
        return 0
    output.data(output.lines(rows))
    count = sum(not row.is_done for row in surveyed)
    steps = "1 step" if count == 1 else f"{count} steps"
    raise DriftFound(
        f"{steps} of {len(surveyed)} would change something", "run `mosaic install` to apply them"
    )


def action_documents(surveyed: Sequence[Surveyed]) -> list[dict[str, object]]:
    """Return every action of a plan as its published JSON object."""
    return [
        {
            "stage": row.step.stage,
            "action": row.step.action.describe(),
            "done": row.is_done,
            "if_needed": row.is_unsure,
        }
        for row in surveyed
    ]


def _files(surveyed: Sequence[Surveyed]) -> Iterator[WriteFile]:
    for row in surveyed:
        if isinstance(row.step.action, WriteFile) and not row.is_done:
            yield row.step.action


def _file(action: WriteFile, machine: Machine) -> dict[str, object]:
    change = "create" if machine.files.kind(action.path) == "absent" else "change"
    return {"path": str(action.path), "change": change, "diff": action.diff(machine)}
