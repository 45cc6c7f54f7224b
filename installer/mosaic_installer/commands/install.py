"""`mosaic install`: look, ask, check, plan; then, after a yes, do it and prove it."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.commands.decision import Decision, Options, decide_alone
from mosaic_installer.commands.keeping import keeping, unsaved
from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.commands.preview import check_only, show_diffs, show_dry_run
from mosaic_installer.core.events import ActionDone, ActionSkipped, Event, Finished, Report
from mosaic_installer.core.preflight import refuse
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.interview import Layer
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.apply import Tally, apply
from mosaic_installer.machine.environment import own_command
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe, read_meta
from mosaic_installer.machine.records.draft import remove_draft
from mosaic_installer.machine.records.run_log import RunLog
from mosaic_installer.machine.servers import look_ahead
from mosaic_installer.machine.signals import interrupted_by_signals
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive
from mosaic_installer.ui.view import View, open_view


def run(options: Options) -> int:
    """Install, go on, reconfigure or repair; return the exit code."""
    with interrupted_by_signals(), _view(options) as view:
        layers = given_layers(options.pairs, options.flags, options.answers_file)
        machine = open_machine(layers)
        look_ahead(read_meta(machine))
        layers.append(remembered_layer(machine))
        facts = probe(machine)
        is_asking = _asks(layers, options)
        if options.ask and not is_asking:
            raise AnswersError(
                "`--ask` needs a terminal to ask at, and somebody who may be asked",
                "run this at a terminal without `--yes`, or give the answers",
            )
        if is_asking:
            from mosaic_installer.commands.wizard import agree

            decision = agree(layers, facts, machine, options)
        else:
            decision = decide_alone(layers, facts, machine, options)
            output.findings(decision.findings, with_notes=options.is_verbose)
            refuse(decision.findings)
        return 0 if decision is None else _carry_out(decision, machine, options, view)


def _asks(layers: list[Layer], options: Options) -> bool:
    if options.as_json or options.is_dry_run or options.is_check:
        return False
    if not is_interactive(is_plain=options.is_plain):
        return False
    given = [layer.values.get("installer.assume_yes") for layer in layers]
    words = [value.text.strip().lower() for value in given if value is not None]
    return not words or words[0] in {"0", "false", "no", "n", "off"}


def _carry_out(decision: Decision, machine: LocalMachine, options: Options, view: View) -> int:
    if options.is_dry_run:
        show_dry_run(
            decision.surveyed, machine, as_json=options.as_json, with_diff=options.with_diff
        )
        return 0
    if options.is_check:
        return check_only(decision.surveyed)
    if options.with_diff:
        show_diffs(decision.surveyed, machine)
    token = machine.files.read(machine.layout.token)
    tally = _install(decision, machine, view)
    if not options.as_json:
        _close(decision, machine, tally, known_token=token, is_plain=options.is_plain)
    return 0


def _install(decision: Decision, machine: LocalMachine, view: View) -> Tally:
    if decision.is_done:
        tally = Tally(changed=0, skipped=len(decision.surveyed))
        view.report(_finished(decision, tally))
        return tally
    remove_draft(machine.files, machine.layout)
    report = _both(view, RunLog(machine.layout.logs, "install"))
    with keeping(lambda: unsaved(decision.settled, machine), machine):
        tally = apply(decision.plan, machine, report)
    report(_finished(decision, tally))
    return tally


def _finished(decision: Decision, tally: Tally) -> Finished:
    return Finished(
        ok=True, changed=tally.changed, skipped=tally.skipped, gateway_url=decision.gateway_url
    )


def _both(view: View, log: RunLog) -> Report:
    def report(event: Event) -> None:
        view.report(event)
        log.report(event)

    return report


def _close(
    decision: Decision,
    machine: LocalMachine,
    tally: Tally,
    *,
    known_token: bytes | None,
    is_plain: bool,
) -> None:
    url, token = decision.gateway_url, machine.files.read(machine.layout.token)
    changes = "1 change" if tally.changed == 1 else f"{tally.changed} changes"
    if not decision.proves_token:
        output.say(f"Done with these stages: {changes}. The token was not looked at.")
    elif tally.changed == 0:
        output.say(f"Nothing changed: Mosaic is running at {url}, and its token works.")
    elif is_interactive(is_plain=is_plain) and token is not None:
        from mosaic_installer.ui.closing import show_closing
        from mosaic_installer.ui.conversation import open_conversation

        # Shown once: where it did not change, the person has seen it.
        shown = None if token == known_token else Secret(token.decode())
        talk = open_conversation(is_plain=is_plain)
        show_closing(talk, url, shown, str(machine.layout.token), own_command())
    else:
        output.say(f"Mosaic is ready at {url} ({changes}).")
        output.say(f"The token works; it is kept in {machine.layout.token}")
        mosaic = own_command()
        output.say(f"Next: `{mosaic} token show` prints it, `{mosaic} status` shows what runs.")


class _Counting:
    """A view that knows how many actions were done, for a run that does not end well."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.changed = 0
        self.skipped = 0

    def report(self, event: Event) -> None:
        self.changed += isinstance(event, ActionDone)
        self.skipped += isinstance(event, ActionSkipped)
        self._view.report(event)

    def close(self) -> None:
        self._view.close()


@contextmanager
def _view(options: Options) -> Iterator[View]:
    """Yield the view; a stream of events ends with `finished` even when the run fails."""
    view = _Counting(
        open_view(as_json=options.as_json, is_verbose=options.is_verbose, is_plain=options.is_plain)
    )
    try:
        yield view
    except (InstallerError, KeyboardInterrupt):
        if options.as_json and not options.is_dry_run:
            counts = {"changed": view.changed, "skipped": view.skipped}
            view.report(Finished(ok=False, **counts, gateway_url=""))
        raise
    finally:
        view.close()
