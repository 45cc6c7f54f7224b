"""Everything that `mosaic install` decides before anything is touched."""

from collections.abc import Iterator, Sequence

from mosaic_installer.commands.options import Options
from mosaic_installer.commands.verification import Tried
from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import CATALOGUE, Answers, given_secrets
from mosaic_installer.core.connections.stand_ins import better_defaults
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.containers.moves import begins_anew
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.plan import Plan, Surveyed, make_plan, survey
from mosaic_installer.core.preflight import identifier, preflight
from mosaic_installer.core.preflight.lasting import lasting_warnings, passed_over
from mosaic_installer.core.preflight.verdicts import default_models_are_listed
from mosaic_installer.core.settling.interview import (
    DEFAULT,
    REMEMBERED,
    Given,
    Layer,
    Settled,
    nearest,
    settle,
    sketch,
)
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe.surroundings import probe_surroundings
from mosaic_installer.stages import STAGES, database, verification
from mosaic_installer.stages.gateway import wanted_gateway
from mosaic_installer.ui import output

REPLACED = identifier(default_models_are_listed)


@frozen
class Decision:
    """The answers, what the checks found, and the plan as far as it is done."""

    settled: Settled
    findings: tuple[Finding, ...]
    surveyed: tuple[Surveyed, ...]
    gateway_url: str
    passed_over: tuple[Finding, ...] = ()
    """What was found and ignored, as warnings."""

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should still know once the plan has been carried out."""
        return (*lasting_warnings(self.findings), *self.passed_over)

    @property
    def plan(self) -> Plan:
        return tuple(row.step for row in self.surveyed)

    @property
    def is_done(self) -> bool:
        return all(row.is_done for row in self.surveyed)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is wrong and nothing is to do."""
        return self.is_done and not any(finding.level == "error" for finding in self.findings)

    @property
    def stages_to_do(self) -> list[str]:
        """The stage of each step that is not done."""
        return [row.step.stage for row in self.surveyed if not row.is_done]

    @property
    def changes_answers(self) -> bool:
        """Whether other answers are to be saved than those that are."""
        rows = (row for row in self.surveyed if not row.is_done)
        return any(isinstance(row.step.action, SaveAnswers) for row in rows)

    @property
    def proves_token(self) -> bool:
        """Whether the plan ends with the proof; with `--only` it may not."""
        return any(row.step.stage == verification.TITLE for row in self.surveyed)


def decide(
    layers: Sequence[Layer],
    host: Host,
    machine: LocalMachine,
    options: Options,
    tried: Tried,
) -> Decision:
    """Settle the answers, run the checks, make the plan; hands typed secrets to the machine."""
    layers, settled, verdicts = _settled(layers, host, machine, tried)
    answers = settled.answers
    machine.vault.type_in(given_secrets(answers))
    for sentence in (*settled.deprecations, *_exposed(settled)):
        output.say(f"warning: {sentence}")
    if options.replaces_edited:
        found = replace(host.installation, edited=(), edited_port=None)
        host = replace(host, installation=found)
    with machine.one_look() as look:
        around = probe_surroundings(host, answers, machine.vault, look)
        facts = Facts(host=host, around=replace(around, verdicts=verdicts))
        if options.pulls:
            facts = tried.with_registries(facts, answers)
        facts = tried.with_portainer(facts, answers, machine.vault)
        findings = preflight(facts, answers, options.ignored)
        # A plan for a tier that cannot be had would be a wrong promise; the finding says it all.
        has_error = any(finding.level == "error" for finding in findings)
        if not has_error:
            # A check asks whether to begin anew; nobody having objected, who administrates that has
            # to be known before.
            settled = settle([Layer(begins_anew=begins_anew(facts, answers)), *layers], host)
        plan = () if has_error else _plan(facts, settled.answers, options)
        return Decision(
            settled=settled,
            findings=findings,
            surveyed=survey(plan, machine),
            gateway_url=wanted_gateway(facts, answers).url,
            passed_over=tuple(passed_over(facts, answers, options.ignored)),
        )


def decide_alone(
    layers: Sequence[Layer], host: Host, machine: LocalMachine, options: Options
) -> Decision:
    """Decide without a person; ports that are taken give way to free ones if that is wanted."""
    tried = Tried()
    decision = decide(layers, host, machine, options, tried)
    while decision.settled.answers.installer.auto_ports:
        remedies = {f.remedy.key: f for f in decision.findings if f.remedy and f.remedy.is_port}
        if not remedies:
            break
        values = {
            key: Given(text=finding.remedy.text, source="--auto-ports")
            for key, finding in remedies.items()
            if finding.remedy is not None
        }
        for key, finding in remedies.items():
            output.say(f"note: {finding.message}; taking {values[key].text}")
        layers = [Layer(values=values), *layers]
        decision = decide(layers, host, machine, options, tried)
    for finding in decision.findings:
        # Notes are shown on demand only; this is a choice that was made for the person.
        if finding.check == REPLACED and not options.is_verbose:
            output.say(f"note: {finding.message}")
    return decision


def _settled(
    layers: Sequence[Layer], host: Host, machine: LocalMachine, tried: Tried
) -> tuple[Sequence[Layer], Settled, tuple[Verdict, ...]]:
    """Return the answers with what services say of them, and with the models these have to offer.

    The layers that are returned lead to the answers.
    """
    # An installation asks for its administrator again when its data is gone: that is said first.
    is_present = host.installation.is_present
    settled = sketch(layers, host).settled if is_present else settle(layers, host)
    verdicts = tried.new_verdicts(settled, machine)
    better = better_defaults(settled.answers, verdicts)
    if better:
        values = {key: Given(text=model, source=DEFAULT) for key, model in better.items()}
        layers = [Layer(values=values), *layers]
        settled = sketch(layers, host).settled if is_present else settle(layers, host)
    return layers, settled, verdicts


def _exposed(settled: Settled) -> Iterator[str]:
    for key, setting in CATALOGUE.items():
        if setting.is_secret and settled.sources[key] == f"{REMEMBERED}: {key}":
            fate = (
                "moved to secrets.toml" if setting.is_kept_secret else "taken out, and kept nowhere"
            )
            yield f"{key} is in answers.toml, where secrets do not belong; it is {fate}"


def _plan(facts: Facts, answers: Answers, options: Options) -> Plan:
    known = [stage.TITLE.lower() for stage in STAGES]
    for name in options.only:
        if name.lower() not in known:
            raise AnswersError(
                f"--only {name}: there is no such stage{nearest(name.lower(), known)}",
                f"the stages are {', '.join(known)}",
            )
    wanted = {name.lower() for name in options.only}
    # Whatever is wanted: no stage may restart the gateway before its data is safe.
    chosen = [
        stage
        for stage in STAGES
        if not wanted or stage.TITLE.lower() in wanted or stage is database
    ]
    plan = make_plan(chosen, facts, answers)
    if not options.replaces_edited:
        return plan
    return tuple(
        replace(step, action=replace(step.action, replaces_edited=True))
        if isinstance(step.action, WriteFile)
        else step
        for step in plan
    )
