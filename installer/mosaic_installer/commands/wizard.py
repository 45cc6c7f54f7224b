"""The wizard: welcome, a way to go, questions or the menu, the review; until a yes, or a no."""

from collections.abc import Sequence
from contextlib import suppress

from mosaic_installer import __version__
from mosaic_installer.commands.decision import Decision, Options, decide
from mosaic_installer.commands.first_key import ask_first_key
from mosaic_installer.commands.keeping import keeping
from mosaic_installer.commands.opening import taken_over
from mosaic_installer.commands.preview import diffs
from mosaic_installer.commands.verification import Tried
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.containers.moves import begins_anew
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.finding import Finding, Remedy
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import identifier, preflight, refuse
from mosaic_installer.core.preflight.installation import database_file_is_there, database_is_sound
from mosaic_installer.core.preflight.moves import database_is_the_installed_one
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.settling.chapters import CHAPTERS, Chapter
from mosaic_installer.core.settling.draft import parse_draft, remembered_draft
from mosaic_installer.core.settling.interview import DEFAULT, Given, Layer, nearest
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.engine.glance import glance_at_engine
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.machine.probe.surroundings import probe_surroundings
from mosaic_installer.machine.records.draft import read_draft, remove_draft
from mosaic_installer.machine.web.ollama_glance import OllamaGlance
from mosaic_installer.ui import output, review
from mosaic_installer.ui.asking import FOUND_HERE, OLLAMA, ask_each, ask_missing
from mosaic_installer.ui.conversation import Back, Choice
from mosaic_installer.ui.menu import run_menu
from mosaic_installer.ui.opening import open_conversation
from mosaic_installer.ui.questions import ask_setting
from mosaic_installer.ui.welcome import Found, ask_way, show_welcome

CONSENTS = {
    identifier(check)
    for check in (database_file_is_there, database_is_sound, database_is_the_installed_one)
}
"""The checks whoever passes over agrees to a database without the data that there was."""
CHANGE = Choice(value="change", label="Change a setting")
AGAIN = Choice(value="again", label="Look again, when that is mended")
LEAVE = Choice(value="leave", label="Leave: change nothing")


def agree(
    layers: list[Layer], host: Host, machine: LocalMachine, options: Options
) -> Decision | None:
    """Ask until the person says yes to a plan; None when they say no.

    Where nothing is to do, nothing is asked. Ctrl-C keeps what was typed, without secrets.
    """
    chapters = _chapters(options.ask)
    draft = parse_draft(read_draft(machine.files, machine.layout))
    asked = frozenset(key for key, row in CATALOGUE.items() if row.asks(host, {}))
    sheet = Sheet([*layers[:-1], remembered_draft(draft, asked), layers[-1]], host, draft)
    wizard = _Wizard(sheet, machine, options)
    wizard.note_consent()
    first = None if sheet.look().missing else wizard.decide()
    if first is not None and first.is_ready and not chapters:
        output.findings(first.findings, with_notes=options.is_verbose)
        return first
    with keeping(lambda: {**draft, **sheet.typed}, machine):
        return wizard.run(chapters, first, has_draft=bool(draft))


class _Wizard:
    """One conversation about one installation."""

    def __init__(self, sheet: Sheet, machine: LocalMachine, options: Options) -> None:
        self._sheet = sheet
        self._machine = machine
        self._options = options
        self._tried = Tried()
        self._ollama = OllamaGlance(sheet.host.listeners)
        self._talk = open_conversation(is_plain=options.is_plain)
        self._keys = dict(taken_over().values)

    def decide(self) -> Decision:
        sheet = self._sheet
        return decide(sheet.layers, sheet.host, self._machine, self._options, self._tried)

    def run(
        self, chapters: Sequence[Chapter], first: Decision | None, *, has_draft: bool
    ) -> Decision | None:
        while chapters:
            ask_each(self._talk, self._sheet, chapters)
            with suppress(Back):
                return self._review()
        facts = self._measured()
        found = Found(
            facts=facts,
            engine=None if facts.around.engine else glance_at_engine(),
            to_do=None if first is None else first.stages_to_do,
            changes_answers=first is not None and first.changes_answers,
            keys=[given.source for given in self._keys.values()],
            ollama=self._ollama.result(),
            has_draft=has_draft,
        )
        if found.ollama is not None:
            self._keys.setdefault(OLLAMA, Given(text=found.ollama.url, source=FOUND_HERE))
        show_welcome(self._talk, __version__, found)
        while True:
            errors = self._first_findings()
            way = ask_way(self._talk, found, is_blocked=bool(errors))
            if way == "leave":
                refuse(errors)
                self._talk.say("Nothing was changed.")
                return None
            if way == "again":
                self._look_again()
                continue
            with suppress(Back):
                return self._go(way)

    def _go(self, way: str) -> Decision | None:
        if way == "customise":
            run_menu(self._talk, self._sheet)
        else:
            self._ask_quickly()
        return self._review()

    def _measured(self) -> Facts:
        """Return the facts for the answers as they are now; no service on the web is called."""
        host, answers = self._sheet.host, self._sheet.look().settled.answers
        return Facts(host=host, around=probe_surroundings(host, answers, self._machine.vault))

    def _first_findings(self) -> list[Finding]:
        """Show what is wrong whatever is answered; return the errors that no answer settles."""
        answers = self._sheet.look().settled.answers
        found = preflight(self._measured(), answers, self._options.ignored)
        errors = [row for row in found if row.level == "error" and not row.can_be_settled]
        review.show_findings(self._talk, errors)
        return errors

    def _ask_quickly(self) -> None:
        while True:
            asks_provider = self._has_no_provider()
            if asks_provider:
                ask_first_key(self._talk, self._sheet, self._keys, self._machine, self._tried)
            try:
                ask_missing(self._talk, self._sheet)
            except Back:
                if not asks_provider:
                    raise
                for provider in PROVIDERS:
                    self._sheet.take_back(provider.key)
            else:
                return

    def _has_no_provider(self) -> bool:
        found = self._sheet.look()
        is_first = not self._sheet.host.installation.is_present
        sources = found.settled.sources
        return is_first and all(sources[row.key] == DEFAULT for row in PROVIDERS)

    def _review(self) -> Decision | None:
        while True:
            self.note_consent()
            if not self._options.ask:
                ask_missing(self._talk, self._sheet)
            decision = self.decide()
            review.show_findings(self._talk, [f for f in decision.findings if f.level != "note"])
            if any(finding.level == "error" for finding in decision.findings):
                self._settle(decision.findings)
                continue
            if decision.is_done:
                return decision
            review.show_plan(self._talk, decision.settled, decision.surveyed, decision.findings)
            match self._consent(decision):
                case "yes":
                    self._talk.say()
                    return decision
                case "change":
                    self._change()
                case _:
                    remove_draft(self._machine.files, self._machine.layout)
                    self._talk.say("Nothing was changed.")
                    return None

    def _consent(self, decision: Decision) -> str:
        return review.ask_consent(
            self._talk,
            decision.settled,
            decision.surveyed,
            lambda: diffs(decision.surveyed, self._machine),
        )

    def _settle(self, findings: Sequence[Finding]) -> None:
        """Ask for other values where they settle the errors, else how to go on; raises `Back`."""
        errors = [finding for finding in findings if finding.level == "error"]
        remedies = [finding.remedy for finding in errors if finding.remedy is not None]
        with suppress(Back):
            if len(remedies) == len(errors):
                for remedy in remedies:
                    self._ask_instead(remedy)
                return
        self._go_on(errors)

    def _ask_instead(self, remedy: Remedy) -> None:
        setting = CATALOGUE[remedy.key]
        text = ask_setting(self._talk, setting, remedy.text, can_go_back=True)
        self._sheet.put(remedy.key, text)

    def _go_on(self, errors: Sequence[Finding]) -> None:
        consents = [finding.consent for finding in errors if finding.consent]
        anyway = Choice(value="anyway", label="; ".join(consents))
        is_optional = len(consents) == len(errors)
        choices = (CHANGE, anyway, AGAIN, LEAVE) if is_optional else (CHANGE, AGAIN, LEAVE)
        match self._talk.choose("How do you want to go on?", choices, can_go_back=True):
            case "change":
                self._change()
            case "anyway":
                ignored = (*self._options.ignored, *(finding.check for finding in errors))
                self._options = replace(self._options, ignored=ignored)
            case "again":
                self._look_again()
            case _:
                refuse(errors)

    def note_consent(self) -> None:
        """Ask for an administrator, too, where the person agreed to begin anew."""
        if not CONSENTS.isdisjoint(self._options.ignored):
            answers = self._sheet.look().settled.answers
            self._sheet.begins_anew = begins_anew(self._measured(), answers)

    def _change(self) -> None:
        with suppress(Back):
            run_menu(self._talk, self._sheet)

    def _look_again(self) -> None:
        self._tried.forget()
        self._sheet.host = probe_host(self._machine)


def _chapters(names: Sequence[str]) -> list[Chapter]:
    known = {chapter.name: chapter for chapter in CHAPTERS}
    for name in names:
        if name.lower() not in known:
            raise AnswersError(
                f"--ask {name}: there is no such section{nearest(name.lower(), list(known))}",
                f"the sections are {', '.join(known)}",
            )
    return [known[name.lower()] for name in names]
