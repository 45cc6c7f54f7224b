"""`mosaic doctor`: every check, and of every action whether it is done. Changes nothing."""

from collections.abc import Sequence

from mosaic_installer.commands.opening import given_layers, installed_gateway, remembered_layer
from mosaic_installer.commands.preview import action_documents
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.interview import Nobody, settle
from mosaic_installer.core.plan import Surveyed, make_plan, survey
from mosaic_installer.core.preflight import preflight
from mosaic_installer.errors import DriftFound, PreflightFailed
from mosaic_installer.machine.probe import probe
from mosaic_installer.stages import STAGES
from mosaic_installer.ui import output


def run(*, as_json: bool) -> int:
    """Print findings and differences; exit 4 for an error, 9 for a difference, else 0."""
    machine, _gateway, _meta = installed_gateway()
    facts = probe(machine)
    settled = settle([*given_layers(), remembered_layer(machine)], facts, Nobody())
    findings = preflight(facts, settled.answers)
    surveyed = survey(make_plan(STAGES, facts, settled.answers), machine)
    has_error = any(finding.level == "error" for finding in findings)
    has_drift = not all(row.is_done for row in surveyed)
    if as_json:
        output.document(_document(findings, surveyed, is_ok=not has_error and not has_drift))
    else:
        _show(findings, surveyed)
    if has_error:
        return PreflightFailed.exit_code
    return DriftFound.exit_code if has_drift else 0


def _show(findings: Sequence[Finding], surveyed: Sequence[Surveyed]) -> None:
    for finding in findings:
        output.data(f"{finding.level}: {finding.message} [{finding.check}]\n  hint: {finding.hint}")
    for row in surveyed:
        output.data(
            f"{'ok' if row.is_done else 'TO DO'}: {row.step.stage}: {row.step.action.describe()}"
        )
    to_do = sum(not row.is_done for row in surveyed)
    output.data(
        f"{to_do} of {len(surveyed)} actions are not done; `mosaic install` does them"
        if to_do
        else f"all {len(surveyed)} actions are done"
    )


def _document(
    findings: Sequence[Finding], surveyed: Sequence[Surveyed], *, is_ok: bool
) -> dict[str, object]:
    found = [
        {
            "id": finding.check,
            "level": finding.level,
            "message": finding.message,
            "hint": finding.hint,
        }
        for finding in findings
    ]
    return {"schema": SCHEMA, "ok": is_ok, "findings": found, "actions": action_documents(surveyed)}
