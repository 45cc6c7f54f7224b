"""The last proof of an installation with a model provider: that a question is answered."""

from mosaic_installer.commands.decision import Decision
from mosaic_installer.commands.verification import installed_values, new_endpoints
from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.events import QuestionAnswered, QuestionAsked, QuestionFailed, Report
from mosaic_installer.core.finding import Finding, warning
from mosaic_installer.core.tokens.exchange import credential_on_file
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.chat_api import HttpChats
from mosaic_installer.machine.installed import gateway_as_installed, read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.stages import administrator
from mosaic_installer.ui.output import readable

LONGEST_SECONDS = 60.0
"""A model of a machine of one's own may have to be read from a disk first."""
HINT = "Mosaic itself is ready; `mosaic provider test` tries each provider"


def is_wanted(decision: Decision, machine: LocalMachine) -> bool:
    """Return whether a question is to be asked; what is installed counts as it is before the run.

    It costs a few tokens: so only where a provider or a model of one is new, or everything is.
    """
    wanted = [each for each in endpoints(decision.settled.answers) if each.kind == "provider"]
    if not wanted or not decision.proves_token:
        return False
    is_new = administrator.TITLE in decision.stages_to_do
    return is_new or bool(new_endpoints(wanted, decision.settled, installed_values(machine)))


def ask(machine: LocalMachine, report: Report) -> Finding | None:
    """Ask, and report what came of it; an installation never fails because of that.

    Return what is wrong where no model answers.
    """
    meta = read_meta(machine)
    if meta is None:
        return None
    gateway = gateway_as_installed(machine.layout, meta)
    report(QuestionAsked())
    started = machine.seconds()
    try:
        chats = HttpChats(gateway, credential_on_file(gateway, machine))
        answerer = chats.try_out(LONGEST_SECONDS)
    except InstallerError as error:
        report(QuestionFailed(message=error.message, hint=HINT))
        return warning(f"no model answers yet: {readable(error.message)}", HINT)
    milliseconds = round((machine.seconds() - started) * 1000)
    report(
        QuestionAnswered(model=answerer.model, reason=answerer.reason, milliseconds=milliseconds)
    )
    return None
