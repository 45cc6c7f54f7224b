"""`mosaic install`: look, ask, check, plan; then, after a yes, do it and prove it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from mosaic_installer import __version__
from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.commands.preview import check_only, show_diffs, show_dry_run
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.events import Event, Finished, Report
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.interview import Asker, Layer, Nobody, Settled, nearest, settle
from mosaic_installer.core.plan import Plan, Surveyed, make_plan, survey
from mosaic_installer.core.preflight import preflight, refuse
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.apply import Tally, apply
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe
from mosaic_installer.machine.run_log import RunLog
from mosaic_installer.stages import STAGES
from mosaic_installer.stages.gateway import gateway_of
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive
from mosaic_installer.ui.view import View, open_view


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line of `mosaic install` says."""

    pairs: tuple[str, ...] = ()
    flags: dict[str, str] = field(default_factory=dict)
    answers_file: Path | None = None
    is_dry_run: bool = False
    with_diff: bool = False
    is_check: bool = False
    only: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    replaces_edited: bool = False
    as_json: bool = False
    is_verbose: bool = False


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Everything that is decided before anything is touched."""

    settled: Settled
    findings: tuple[Finding, ...]
    surveyed: tuple[Surveyed, ...]

    @property
    def plan(self) -> Plan:
        return tuple(row.step for row in self.surveyed)

    @property
    def is_done(self) -> bool:
        return all(row.is_done for row in self.surveyed)


def run(options: Options) -> int:
    """Install, go on, reconfigure or repair; return the exit code."""
    view = open_view(as_json=options.as_json, is_verbose=options.is_verbose)
    with _ended(view, options):
        layers = given_layers(options.pairs, options.flags, options.answers_file)
        machine = open_machine(layers)
        layers.append(remembered_layer(machine))
        facts = probe(machine)
        if _asks(layers, options):
            return _ask_and_install(layers, facts, machine, (options, view))
        decided = _decide(layers, facts, machine, (options, Nobody()))
        output.findings(decided.findings, with_notes=options.is_verbose)
        refuse(decided.findings)
        return _look_or_install(decided, facts, machine, (options, view))


def _asks(layers: list[Layer], options: Options) -> bool:
    if options.as_json or options.is_dry_run or options.is_check or not is_interactive():
        return False
    given = [layer.values.get("installer.assume_yes") for layer in layers]
    words = [value.text.strip().lower() for value in given if value is not None]
    return not words or words[0] in {"0", "false", "no", "n", "off"}


def _decide(
    layers: list[Layer], facts: Facts, machine: LocalMachine, how: tuple[Options, Asker]
) -> Decided:
    options, asker = how
    settled = settle(layers, facts, asker)
    answers = settled.answers
    if answers.admin_password is not None:
        machine.vault.type_in({"admin.password": answers.admin_password})
    for sentence in settled.deprecations:
        output.say(f"warning: {sentence}")
    findings = preflight(facts, answers, options.ignored)
    # A plan for a tier that cannot be had would be a wrong promise; the finding says it all.
    has_error = any(finding.level == "error" for finding in findings)
    plan = () if has_error else _plan(facts, answers, options)
    return Decided(settled=settled, findings=findings, surveyed=survey(plan, machine))


def _plan(facts: Facts, answers: Answers, options: Options) -> Plan:
    known = [stage.TITLE.lower() for stage in STAGES]
    for name in options.only:
        if name.lower() not in known:
            raise AnswersError(
                f"--only {name}: there is no such stage{nearest(name.lower(), known)}",
                f"the stages are {', '.join(known)}",
            )
    wanted = {name.lower() for name in options.only}
    chosen = [stage for stage in STAGES if not wanted or stage.TITLE.lower() in wanted]
    plan = make_plan(chosen, facts, answers)
    if not options.replaces_edited:
        return plan
    return tuple(
        replace(step, action=replace(step.action, replaces_edited=True))
        if isinstance(step.action, WriteFile)
        else step
        for step in plan
    )


def _ask_and_install(
    layers: list[Layer], facts: Facts, machine: LocalMachine, how: tuple[Options, View]
) -> int:
    from mosaic_installer.ui import wizard
    from mosaic_installer.ui.prompts import Person
    from mosaic_installer.ui.screen import show_welcome

    options, _view = how
    show_welcome(__version__)
    person = Person()
    while True:
        decided = _decide(layers, facts, machine, (options, person))
        wizard.show_findings([f for f in decided.findings if f.level != "note"])
        remedies = wizard.ask_remedies(decided.findings)
        if remedies is not None:
            layers = [remedies, *layers]
            continue
        refuse(decided.findings)
        if decided.is_done:
            return _look_or_install(decided, facts, machine, how)
        wizard.show_plan(decided.settled, decided.surveyed)
        match wizard.ask_consent(decided.settled, decided.surveyed):
            case "yes":
                return _look_or_install(decided, facts, machine, how)
            case "change":
                layers = [wizard.ask_change(decided.settled), *layers]
            case _:
                output.say("Nothing was changed.")
                return 0


def _look_or_install(
    decided: Decided, facts: Facts, machine: LocalMachine, how: tuple[Options, View]
) -> int:
    options, view = how
    if options.is_dry_run:
        show_dry_run(
            decided.surveyed, machine, as_json=options.as_json, with_diff=options.with_diff
        )
        return 0
    if options.is_check:
        return check_only(decided.surveyed)
    if options.with_diff:
        show_diffs(decided.surveyed, machine)
    url = gateway_of(facts, decided.settled.answers).url
    tally = Tally(changed=0, skipped=len(decided.surveyed))
    if not decided.is_done:
        log = RunLog(machine.layout.logs, "install")
        tally = apply(decided.plan, machine, _both(view, log))
        log.report(Finished(ok=True, changed=tally.changed, skipped=tally.skipped, gateway_url=url))
    view.report(Finished(ok=True, changed=tally.changed, skipped=tally.skipped, gateway_url=url))
    if not options.as_json:
        _close(url, machine, tally)
    return 0


def _both(view: View, log: RunLog) -> Report:
    def report(event: Event) -> None:
        view.report(event)
        log.report(event)

    return report


def _close(url: str, machine: LocalMachine, tally: Tally) -> None:
    token = machine.files.read(machine.layout.token)
    if tally.changed == 0:
        output.say(f"Nothing changed: Mosaic is running at {url}, and its token works.")
    elif is_interactive() and token is not None:
        from mosaic_installer.ui.screen import show_closing

        show_closing(url, Secret(token.decode()), str(machine.layout.token))
    else:
        changes = "1 change" if tally.changed == 1 else f"{tally.changed} changes"
        output.say(f"Mosaic is ready at {url} ({changes}).")
        output.say(f"The token works; it is kept in {machine.layout.token}")
        output.say("Next: `mosaic token show` prints it, `mosaic status` shows what runs.")


@contextmanager
def _ended(view: View, options: Options) -> Iterator[None]:
    """Close the view; a stream of events ends with `finished` even when the run fails."""
    try:
        yield
    except (InstallerError, KeyboardInterrupt):
        if options.as_json and not options.is_dry_run:
            view.report(Finished(ok=False, changed=0, skipped=0, gateway_url=""))
        raise
    finally:
        view.close()
