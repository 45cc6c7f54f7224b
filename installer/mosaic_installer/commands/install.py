"""`mosaic install`: look, ask, check, plan; then, after a yes, do it and prove it."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.commands.options import Options
from mosaic_installer.core.events import Finished
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.settling.interview import Layer
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.engine.beginning import begin_probe
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.signals import interrupted_by_signals
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive, unechoed, wants_plain
from mosaic_installer.ui.view import View, opened_view

if TYPE_CHECKING:
    from mosaic_installer.commands.decision import Decision


def run(options: Options) -> int:
    """Install, go on, reconfigure or repair; return the exit code.

    An uninstall on the home screen leads back there.
    """
    while isinstance(outcome := _run(options), LocalMachine):
        from mosaic_installer.commands import errands

        errands.uninstall(outcome)
        options = replace(options, is_bare=True, section="", ask=())
    return outcome


def _run(options: Options) -> int | LocalMachine:
    """Return the exit code, or the machine where the person wants to uninstall."""
    keys = nullcontext() if options.is_plain or wants_plain() else unechoed()
    shown = opened_view(
        as_json=options.has_events,
        is_verbose=options.is_verbose,
        is_plain=options.is_plain,
    )
    with interrupted_by_signals(), keys, shown as view:
        layers = given_layers(options.pairs, options.flags, options.answers_file)
        machine = open_machine(layers)
        with machine.one_look() as look:
            begin_probe(read_meta(machine), machine.layout, look)
            # While these are imported, the engine answers, and then the gateway.
            from mosaic_installer.machine.probe import probe_host

            layers.append(remembered_layer(machine))
            host = probe_host(machine)
            from mosaic_installer.commands.decision import decide_alone

            is_asking = _asks(layers, options)
            if (options.ask or options.is_bare) and not is_asking:
                raise _unasked(options)
            alone = None if is_asking else decide_alone(layers, host, machine, options)
        if alone is None:
            from mosaic_installer.commands.wizard import agree

            decision = agree(layers, host, machine, options)
            if isinstance(decision, str):
                return machine
            return 0 if decision is None else _carry_out(decision, machine, options, view)
        output.findings(alone.findings, with_notes=options.is_verbose)
        from mosaic_installer.core.preflight import refuse

        refuse(alone.findings)
        return _carry_out(alone, machine, options, view)


def _unasked(options: Options) -> AnswersError:
    what = "`--ask`" if options.ask else "`mosaic configure`"
    return AnswersError(
        f"{what} needs a terminal, and cannot be used with `--yes`",
        "run this at a terminal without `--yes`, or pass the settings with `--set`",
    )


def _asks(layers: list[Layer], options: Options) -> bool:
    if options.as_json or options.is_dry_run or options.is_check:
        return False
    given = [layer.values.get("installer.assume_yes") for layer in layers]
    words = [value.text.strip().lower() for value in given if value is not None]
    if words and words[0] not in {"0", "false", "no", "n", "off"}:
        return False
    can_ask = is_interactive(is_plain=options.is_plain)
    if not can_ask and is_interactive(is_plain=True):
        output.say("note: this terminal shows no menus (TERM=dumb); add `--plain` to be asked")
    return can_ask


def _carry_out(decision: "Decision", machine: LocalMachine, options: Options, view: View) -> int:
    # What only a run needs that does something is not imported by one that does nothing.
    if options.is_dry_run or options.is_check or options.with_diff:
        from mosaic_installer.commands import preview

        if options.is_dry_run:
            preview.show_dry_run(
                decision.surveyed, machine, as_json=options.as_json, with_diff=options.with_diff
            )
            return 0
        if options.is_check:
            return preview.check_only(decision.surveyed, machine, as_json=options.as_json)
        preview.show_diffs(decision.surveyed, machine)
    if not decision.is_done:
        from mosaic_installer.commands.carry_out import carry_out

        return carry_out(decision, machine, view, options)
    skipped, url = len(decision.surveyed), decision.gateway_url
    view.report(Finished(ok=True, changed=0, skipped=skipped, gateway_url=url))
    if not options.as_json:
        output.say(
            f"Already up to date: Mosaic is running at {url} and your token works.\n"
            "To change settings, run `mosaic install --ask SECTION` or `mosaic config set`."
            if decision.proves_token
            else "Done with these stages: 0 changes. The token was not checked."
        )
    return 0
