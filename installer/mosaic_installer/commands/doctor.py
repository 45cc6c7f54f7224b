"""`mosaic doctor`: every check, and of every action whether it is done; repairs if told to."""

from mosaic_installer.commands.diagnosis import Diagnosis, Repair, report
from mosaic_installer.commands.job_runs import job_runs
from mosaic_installer.commands.opening import (
    gateway_in,
    given_layers,
    open_machine,
    remembered_layer,
)
from mosaic_installer.commands.preview import action_documents
from mosaic_installer.commands.verification import Tried, verify
from mosaic_installer.core.answers import Answers, given_secrets
from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.events import SCHEMA, ActionDone, ActionFailed, Event
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.plan import make_plan, survey
from mosaic_installer.core.preflight import preflight
from mosaic_installer.core.settling.interview import settle
from mosaic_installer.errors import DriftFound, InstallerError, PreflightFailed
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.engine.beginning import begin_probe
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.machine.probe.surroundings import probe_surroundings
from mosaic_installer.stages import STAGES
from mosaic_installer.ui import output
from mosaic_installer.ui.view import opened_view

ANNOUNCE = ("openai",)
PATIENCE = 3.0
"""Seconds that a list is waited for."""


def run(*, as_json: bool, is_verbose: bool, fixes: bool, is_dry_run: bool) -> int:
    """Print findings and differences; exit 4 for an error, 9 for a difference, else 0.

    `fixes`: does what is not done, then looks again; nothing that could lose something.
    """
    machine, gateway = _opened()
    diagnosis = diagnose(machine, gateway)
    repairs: dict[str, Repair] = {}
    if fixes and not is_dry_run and diagnosis.has_drift and not diagnosis.has_error:
        repairs = _repair(diagnosis, machine)
        diagnosis = diagnose(machine, gateway)
    if as_json:
        output.document(_document(diagnosis, repairs if fixes else None))
    else:
        home = machine.layout.home
        output.sentences(report(diagnosis, repairs, machine, home, is_verbose=is_verbose))
    if diagnosis.has_error:
        return PreflightFailed.exit_code
    return DriftFound.exit_code if diagnosis.has_drift else 0


def _opened() -> tuple[LocalMachine, Gateway | None]:
    """Return the installation; without its gateway where only meta.json is lost, which is mended.

    Raises `InstallerError` where nothing is installed, or more is lost.
    """
    machine = open_machine(given_layers())
    layout = machine.layout
    written = (layout.answers, layout.gateway_config, layout.gateway_environment)
    if read_meta(machine) is None and all(machine.files.kind(each) == "file" for each in written):
        return machine, None
    gateway, _meta = gateway_in(machine)
    return machine, gateway


def diagnose(machine: LocalMachine, gateway: Gateway | None = None) -> Diagnosis:
    """Measure, settle, check and plan, as an install would; nothing is changed.

    The `gateway`, where one is given, is asked how its jobs go.
    """
    with machine.one_look() as look:
        begin_probe(read_meta(machine), machine.layout, look)
        host = probe_host(machine)
        settled = settle([*given_layers(), remembered_layer(machine)], host)
        machine.vault.type_in(given_secrets(settled.answers))
        around = probe_surroundings(host, settled.answers, machine.vault, look)
        told = replace(
            around,
            verdicts=_told(settled.answers),
            job_runs=job_runs(machine, gateway, PATIENCE) if gateway else (),
        )
        facts = Facts(host=host, around=told)
        facts = Tried().with_portainer(facts, settled.answers, machine.vault)
        plan = make_plan(STAGES, facts, settled.answers)
        return Diagnosis(findings=preflight(facts, settled.answers), surveyed=survey(plan, machine))


def _told(answers: Answers) -> tuple[Verdict, ...]:
    """Return the lists of those providers that announce in them when a model is shut down.

    Who cannot be asked now has nothing to announce: `mosaic provider test` tells why. An Ollama of
    one's own is a part of the whole, which has to answer and to have its models.
    """
    wanted = tuple(each for each in endpoints(answers) if each.name in ANNOUNCE or _is_own(each))
    verdicts = verify(wanted, seconds=PATIENCE) if wanted else ()
    own = {each.name for each in wanted if _is_own(each)}
    return tuple(each for each in verdicts if each.result == "accepted" or each.name in own)


def _is_own(endpoint: Endpoint) -> bool:
    return endpoint.name == "ollama" and endpoint.secret is None


def _repair(diagnosis: Diagnosis, machine: LocalMachine) -> dict[str, Repair]:
    """Return what became of each action that was tried; it is shown meanwhile, on stderr."""
    repairs: dict[str, Repair] = {}
    with opened_view() as view:

        def note(event: Event) -> None:
            view.report(event)
            match event:
                case ActionDone():
                    repairs[event.action] = Repair()
                case ActionFailed():
                    repairs[event.action] = Repair(message=event.message, hint=event.hint)
                case _:
                    pass

        try:
            apply(tuple(row.step for row in diagnosis.surveyed), machine, note)
        except InstallerError:
            if not any(repair.message for repair in repairs.values()):
                raise  # it is not told in `repairs`: somebody else holds the lock, say
    return repairs


def _document(diagnosis: Diagnosis, repairs: dict[str, Repair] | None) -> dict[str, object]:
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
        shown["repairs"] = [{"action": name, "result": repairs[name].result} for name in repairs]
    return shown
