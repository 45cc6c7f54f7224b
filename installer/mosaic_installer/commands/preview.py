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
        _show_document(surveyed, machine)
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


def check_only(surveyed: Sequence[Surveyed], machine: Machine, *, as_json: bool) -> int:
    """Print the plan on stdout; return 0 when nothing would change, else raise `DriftFound`."""
    rows = plan_rows(surveyed, in_full=True)
    if as_json:
        _show_document(surveyed, machine)
    elif rows:
        output.data(output.lines(rows))
    else:
        output.say("Nothing would change.")
    if rows:
        raise _drift(surveyed)
    return 0


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


def _show_document(surveyed: Sequence[Surveyed], machine: Machine) -> None:
    files = [_file(action, machine) for action in _files(surveyed)]
    output.document({"schema": SCHEMA, "actions": action_documents(surveyed), "files": files})


def _drift(surveyed: Sequence[Surveyed]) -> DriftFound:
    """Tell what would certainly change apart from what shows only when its turn comes."""
    unsure = sum(row.is_unsure for row in surveyed)
    sure = sum(not row.is_done for row in surveyed) - unsure
    # What rests on nothing certain may be all there is: an engine that does not answer.
    words = "might change something" if not sure else "would change something"
    more = f", and {unsure} more might (if needed)" if sure and unsure else ""
    hint = "do what is needed" if unsure else "apply them"
    return DriftFound(
        f"{_steps(sure or unsure)} of {len(surveyed)} {words}{more}",
        f"run `mosaic install` to {hint}",
    )


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _files(surveyed: Sequence[Surveyed]) -> Iterator[WriteFile]:
    for row in surveyed:
        if isinstance(row.step.action, WriteFile) and not row.is_done:
            yield row.step.action


def _file(action: WriteFile, machine: Machine) -> dict[str, object]:
    change = "create" if machine.files.kind(action.path) == "absent" else "change"
    return {"path": str(action.path), "change": change, "diff": action.diff(machine)}
