"""Carry out what was decided: journal it, do it, say so; in the end the address and the token."""

from mosaic_installer.commands import first_answer
from mosaic_installer.commands.decision import Decision
from mosaic_installer.commands.edited_cause import naming_edits
from mosaic_installer.commands.keeping import keeping, unsaved
from mosaic_installer.commands.options import Options
from mosaic_installer.core.connections.providers import connections
from mosaic_installer.core.events import Event, Finished, Report
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.apply import Tally, apply
from mosaic_installer.machine.environment import own_command
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.draft import remove_draft
from mosaic_installer.machine.records.run_log import RunLog
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive
from mosaic_installer.ui.view import View


def carry_out(decision: Decision, machine: LocalMachine, view: View, options: Options) -> int:
    """Do what of the plan is not done, and return the exit code.

    Raises the `InstallerError` of the first action that fails.
    """
    asks = first_answer.is_wanted(decision, machine)
    known_token = machine.files.read(machine.layout.token)
    remove_draft(machine.files, machine.layout)
    report = _both(view, RunLog(machine.layout.logs, "install"))
    with (
        naming_edits(decision.plan, machine),
        keeping(lambda: unsaved(decision.settled, machine), machine),
    ):
        tally = apply(decision.plan, machine, report)
    no_answer = first_answer.ask(machine, report) if asks else None
    report(_finished(decision, tally))
    if not options.as_json:
        told = _Told(
            changed=tally.changed,
            known_token=known_token,
            warnings=(*decision.warnings, *((no_answer,) if no_answer else ())),
        )
        _close(decision, machine, told, is_plain=options.is_plain)
    return 0


def _finished(decision: Decision, tally: Tally) -> Finished:
    return Finished(
        ok=True, changed=tally.changed, skipped=tally.skipped, gateway_url=decision.gateway_url
    )


def _both(view: View, log: RunLog) -> Report:
    def report(event: Event) -> None:
        view.report(event)
        log.report(event)

    return report


@frozen
class _Told:
    """What came of a run, as far as the person is told."""

    changed: int
    known_token: bytes | None
    """The one that was there before."""
    warnings: tuple[Finding, ...]


def _close(decision: Decision, machine: LocalMachine, told: _Told, *, is_plain: bool) -> None:
    url, token = decision.gateway_url, machine.files.read(machine.layout.token)
    changes = "1 change" if told.changed == 1 else f"{told.changed} changes"
    if not decision.proves_token:
        output.say(f"Done with these stages: {changes}. The token was not checked.")
    elif is_interactive(is_plain=is_plain) and token is not None:
        from mosaic_installer.ui.closing import Ready, show_closing
        from mosaic_installer.ui.opening import open_conversation

        # Shown once: where it did not change, the person has seen it.
        shown = None if token == told.known_token else Secret(token.decode())
        ready = Ready(
            url=url,
            token=shown,
            path=str(machine.layout.token),
            command=own_command(),
            home=str(machine.layout.home or ""),
            has_provider=bool(connections(decision.settled.answers)),
            warnings=told.warnings,
        )
        show_closing(open_conversation(is_plain=is_plain), ready)
    else:
        mosaic = own_command()
        output.say(f"Mosaic is ready at {url} ({changes}).")
        output.say(f"The token works; it is saved to {machine.layout.token}")
        output.say(f"Next: `{mosaic} token show` prints it, `{mosaic} status` shows what runs.")
