"""`mosaic doctor`: every check, and of every action whether it is done; mends it if told to."""

from mosaic_installer.commands.opening import given_layers, installed_gateway, remembered_layer
from mosaic_installer.commands.preview import action_documents
from mosaic_installer.commands.verification import verify
from mosaic_installer.core.answers import Answers, given_secrets
from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.events import SCHEMA, ActionDone, ActionFailed, Event
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.plan import Surveyed, make_plan, survey
from mosaic_installer.core.preflight import preflight
from mosaic_installer.core.settling.interview import settle
from mosaic_installer.errors import DriftFound, InstallerError, PreflightFailed
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.machine.probe.surroundings import begin_probe, probe_surroundings
from mosaic_installer.stages import STAGES
from mosaic_installer.ui import output

ANNOUNCE = ("openai",)
PATIENCE = 3.0
"""Seconds that a list is waited for."""


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


def run(*, as_json: bool, is_verbose: bool, fixes: bool, is_dry_run: bool) -> int:
    """Print findings and differences; exit 4 for an error, 9 for a difference, else 0.

    `fixes`: does what is not done, then looks again; nothing that could lose something.
    """
    machine, _gateway, _meta = installed_gateway()
    diagnosis = diagnose(machine)
    repairs: dict[str, str] = {}
    if fixes and not is_dry_run and diagnosis.has_drift and not diagnosis.has_error:
        repairs = _repair(diagnosis, machine)
        diagnosis = diagnose(machine)
    if as_json:
        output.document(_document(diagnosis, repairs if fixes else None))
    else:
        _show(diagnosis, repairs, is_verbose=is_verbose)
    if diagnosis.has_error:
        return PreflightFailed.exit_code
    return DriftFound.exit_code if diagnosis.has_drift else 0


def diagnose(machine: LocalMachine) -> Diagnosis:
    """Measure, settle, check and plan, as an install would; nothing is changed."""
    begin_probe(read_meta(machine))
    host = probe_host(machine)
    settled = settle([*given_layers(), remembered_layer(machine)], host)
    machine.vault.type_in(given_secrets(settled.answers))
    around = probe_surroundings(host, settled.answers, machine.vault)
    facts = Facts(host=host, around=replace(around, verdicts=_announced(settled.answers)))
    plan = make_plan(STAGES, facts, settled.answers)
    return Diagnosis(findings=preflight(facts, settled.answers), surveyed=survey(plan, machine))


def _announced(answers: Answers) -> tuple[Verdict, ...]:
    """Return the lists of those providers that announce in them when a model is shut down.

    Who cannot be asked now has nothing to announce: `mosaic provider test` tells why.
    """
    wanted = tuple(each for each in endpoints(answers) if each.name in ANNOUNCE)
    verdicts = verify(wanted, seconds=PATIENCE) if wanted else ()
    return tuple(verdict for verdict in verdicts if verdict.result == "accepted")


def _repair(diagnosis: Diagnosis, machine: LocalMachine) -> dict[str, str]:
    """Return what became of each action: `repaired`, or why it is still broken."""
    repairs: dict[str, str] = {}

    def note(event: Event) -> None:
        match event:
            case ActionDone():
                repairs[event.action] = "repaired"
            case ActionFailed():
                repairs[event.action] = f"still broken: {event.message}; needs you: {event.hint}"
            case _:
                pass

    try:
        apply(tuple(row.step for row in diagnosis.surveyed), machine, note)
    except InstallerError:
        if all(result == "repaired" for result in repairs.values()):
            raise  # it is not told in `repairs`: somebody else holds the lock, say
    return repairs


def _show(diagnosis: Diagnosis, repairs: dict[str, str], *, is_verbose: bool) -> None:
    to_do = sum(not row.is_done for row in diagnosis.surveyed)
    count = len(diagnosis.surveyed)
    groups = (
        [f"{result}: {action}" for action, result in repairs.items()],
        [
            f"{finding.level}: {finding.message} [{finding.check}]\n  hint: {finding.hint}"
            for finding in diagnosis.findings
        ],
        [_told(row) for row in diagnosis.surveyed if is_verbose or not row.is_done],
        [
            f"{to_do} of {count} actions are not done; `mosaic doctor --fix` does them"
            if to_do
            else f"all {count} actions are done"
        ],
    )
    output.sentences("\n\n".join("\n".join(group) for group in groups if group))


def _told(row: Surveyed) -> str:
    state = "ok" if row.is_done else "TO DO"
    return f"{state}: {row.step.stage}: {row.step.action.describe()}"


def _document(diagnosis: Diagnosis, repairs: dict[str, str] | None) -> dict[str, object]:
    found = [
        {
            "id": finding.check,
            "level": finding.level,
            "message": finding.message,
            "hint": finding.hint,
        }
        for finding in diagnosis.findings
    ]
    shown: dict[str, object] = {
        "schema": SCHEMA,
        "ok": not diagnosis.has_error and not diagnosis.has_drift,
        "findings": found,
        "actions": action_documents(diagnosis.surveyed),
    }
    if repairs is not None:
        shown["repairs"] = [{"action": name, "result": repairs[name]} for name in repairs]
    return shown
