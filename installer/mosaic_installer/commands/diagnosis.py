"""What doctor found, and how it says so: faults, their remedies, and one line for the rest."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mosaic_installer.core.faults import fault_of, faults
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.plan import Surveyed
from mosaic_installer.core.preflight import CHECKS
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import marks

FIX = "Run `mosaic doctor --fix` to repair"


@frozen
class Diagnosis:
    """What doctor found."""

    findings: tuple[Finding, ...]
    surveyed: tuple[Surveyed, ...]

    @property
    def has_error(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)

    @property
    def has_drift(self) -> bool:
        return not all(row.is_done for row in self.surveyed)

    @property
    def passed(self) -> int:
        """How many checks found nothing wrong."""
        done = sum(row.is_done for row in self.surveyed)
        return done + len(CHECKS) - len(self.findings)


@frozen
class Repair:
    """What became of an action that was to repair something; no `message` says that it did."""

    message: str = ""
    hint: str = ""

    @property
    def result(self) -> str:
        """Say it in one line."""
        return (
            f"still broken: {self.message}; needs you: {self.hint}" if self.message else "repaired"
        )


def report(
    diagnosis: Diagnosis,
    repairs: Mapping[str, Repair],
    machine: Machine,
    home: Path | None = None,
    *,
    is_verbose: bool,
) -> str:
    """Return everything that doctor says, in paragraphs; `repairs` is what became of each action.

    Every step is named only where `is_verbose`, and so is every check.
    """
    good, bad = marks()
    found = faults(diagnosis.surveyed)
    groups = (
        [_repaired(action, repair) for action, repair in repairs.items()],
        [output.sentence(finding, is_verbose=is_verbose) for finding in diagnosis.findings],
        [f"{bad} {fault_of(row.step.action, machine, home)}" for row in found],
        [_named(row, good, bad) for row in diagnosis.surveyed] if is_verbose else [],
        [
            *_summary(
                diagnosis, len(found), has_failed=any(repair.message for repair in repairs.values())
            )
        ],
    )
    return "\n\n".join("\n".join(group) for group in groups if group)


def _repaired(action: str, repair: Repair) -> str:
    good, bad = marks()
    if not repair.message:
        return f"{good} repaired: {action}"
    return f"{bad} not repaired: {repair.message}\n  hint: {repair.hint}"


def _named(row: Surveyed, good: str, bad: str) -> str:
    return f"{good if row.is_done else bad} {row.step.stage}: {row.step.action.describe()}"


def _summary(diagnosis: Diagnosis, broken: int, *, has_failed: bool) -> Iterator[str]:
    errors = [finding for finding in diagnosis.findings if finding.level == "error"]
    warnings = [finding for finding in diagnosis.findings if finding.level == "warning"]
    # Only what follows from something else can be left: it is that which is told.
    problems = broken + len(errors) or int(diagnosis.has_drift)
    passed = f"{diagnosis.passed} checks passed"
    if not problems:
        healthy = "Nothing is broken" if warnings else "Everything is healthy"
        yield f"{healthy} ({_count(len(warnings), 'warning')}{passed})."
        return
    plural = "1 problem" if problems == 1 else f"{problems} problems"
    yield f"{plural} found; {passed}."
    them = "it" if problems == 1 else "them"
    if has_failed:
        yield "Follow the advice above, then run `mosaic doctor` again."
    elif errors and diagnosis.has_drift and broken:
        yield "Fix the errors above first; `mosaic doctor --fix` then repairs the rest."
    elif errors:
        yield f"Follow the {'hint' if len(errors) == 1 else 'hints'} above to fix {them}."
    else:
        yield f"{FIX} {them}."


def _count(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"1 {noun}, " if number == 1 else f"{number} {noun}s, "
