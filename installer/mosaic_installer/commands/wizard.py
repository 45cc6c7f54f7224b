"""The wizard: the home screen, questions, the review; until a yes, a no, or another errand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from mosaic_installer.commands.decision import Decision, decide
from mosaic_installer.commands.first_key import ask_first_key
from mosaic_installer.commands.home import Home
from mosaic_installer.commands.keeping import keep, keeping
from mosaic_installer.commands.opening import taken_over
from mosaic_installer.commands.options import Options
from mosaic_installer.commands.preview import diffs
from mosaic_installer.commands.verification import Tried
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.containers.moves import begins_anew
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.preflight import identifier
from mosaic_installer.core.preflight.installation import database_file_is_there, database_is_sound
from mosaic_installer.core.preflight.moves import database_is_the_installed_one
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.settling.chapters import CHAPTERS, Chapter
from mosaic_installer.core.settling.draft import parse_draft, parse_dropped, remembered_draft
from mosaic_installer.core.settling.interview import DEFAULT, Given, Layer, nearest
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import look_at_ports
from mosaic_installer.machine.records.draft import read_draft, remove_draft
from mosaic_installer.ui import output, review
from mosaic_installer.ui.asking import FOUND_HERE, OLLAMA, ask_each, ask_missing, ask_one
from mosaic_installer.ui.conversation import Back
from mosaic_installer.ui.opening import open_conversation
from mosaic_installer.ui.terminal import wants_plain

CONSENTS = {
    identifier(check)
    for check in (database_file_is_there, database_is_sound, database_is_the_installed_one)
}
"""The checks whoever passes over agrees to a database without the data that there was."""


def agree(
    layers: list[Layer], host: Host, machine: LocalMachine, options: Options
) -> Decision | str | None:
    """Ask until the person says yes to a plan; None when they say no.

    A text says that the person wants to uninstall instead. Leaving keeps what was typed, without
    secrets.
    """
    chapters = _chapters(options.ask)
    if options.section:
        _chapters((options.section,), "section")
    text = read_draft(machine.files, machine.layout)
    draft = parse_draft(text)
    asked = frozenset(key for key, row in CATALOGUE.items() if row.asks(host, {}))
    sheet = Sheet([*layers[:-1], remembered_draft(draft, asked), layers[-1]], host, draft)
    wizard = _Wizard(sheet, machine, options, draft, parse_dropped(text))
    wizard.note_consent()
    first = None if sheet.look().missing else wizard.decide()
    shows_home = options.is_bare or not (options.is_plain or wants_plain())
    if first is not None and first.is_ready and not chapters and not shows_home:
        output.findings(first.findings, with_notes=options.is_verbose)
        return first
    with keeping(wizard.typed, machine, wizard.secrets):
        return wizard.run(chapters, first)


class _Wizard:
    """One conversation about one installation; `draft` and `dropped` are of an earlier one."""

    def __init__(
        self,
        sheet: Sheet,
        machine: LocalMachine,
        options: Options,
        draft: Mapping[str, str],
        dropped: Sequence[str],
    ) -> None:
        self._sheet = sheet
        self._machine = machine
        self._tried = Tried()
        self._draft = draft
        self._dropped = dropped
        self._has_asked = False
        self._talk = open_conversation(is_plain=options.is_plain)
        self._keys = dict(taken_over().values)
        self._home = Home(self._talk, sheet, machine, options, self._tried)

    def typed(self) -> dict[str, str]:
        """Return what is to be kept where nothing comes of it yet, secrets left out."""
        return {**self._draft, **self._sheet.typed}

    def secrets(self) -> list[str]:
        """Return the secrets that this run or the one before it was given."""
        return list(dict.fromkeys([*self._dropped, *self._sheet.secrets]))

    def decide(self) -> Decision:
        sheet, options = self._sheet, self._home.options
        sheet.host = look_at_ports(sheet.host)
        return decide(sheet.layers, sheet.host, self._machine, options, self._tried)

    def run(self, chapters: Sequence[Chapter], first: Decision | None) -> Decision | str | None:
        self._home.begin(first, self._keys, self._dropped, has_draft=bool(self._draft))
        if chapters:
            ask_each(self._talk, self._sheet, chapters)
            with suppress(Back):
                return self._review()
        while errand := self._home.run(self.decide):
            if errand != "go":
                return self._left(errand)
            with suppress(Back):
                self._ask()
                return self._review()
        return None

    def _left(self, errand: str) -> str | None:
        if errand != "leave":
            return errand
        self._talk.say("Nothing was changed.")
        keep(self.typed, self._machine, self.secrets)
        return None

    def _ask(self) -> None:
        """Ask for what only the person knows; raises `Back` from the first question."""
        self.note_consent()
        while True:
            asks_provider = not self._has_asked and self._has_no_provider()
            if asks_provider:
                ollama = self._home.ollama
                if ollama is not None:
                    self._keys.setdefault(OLLAMA, Given(text=ollama.url, source=FOUND_HERE))
                ask_first_key(self._talk, self._sheet, self._keys, self._machine, self._tried)
            try:
                ask_missing(self._talk, self._sheet)
                self._ask_again()
            except Back:
                if not asks_provider:
                    raise
                for provider in PROVIDERS:
                    self._sheet.take_back(provider.key)
            else:
                self._has_asked = True
                return

    def _ask_again(self) -> None:
        """Ask for the secrets of an unfinished run, which nothing has kept."""
        is_first_key = {provider.key for provider in PROVIDERS}
        for key in self._dropped:
            if key not in {*self._sheet.secrets, *is_first_key} and CATALOGUE[key].is_optional:
                ask_one(self._talk, self._sheet, CATALOGUE[key])

    def _has_no_provider(self) -> bool:
        if self._sheet.host.installation.is_present or self._home.has_customised:
            return False
        sources = self._sheet.look().settled.sources
        return all(sources[row.key] == DEFAULT for row in PROVIDERS)

    def _review(self) -> Decision | None:
        """Show the plan until a yes or a no; raises `Back` where something is to change."""
        self.note_consent()
        decision = self.decide()
        if any(finding.level == "error" for finding in decision.findings):
            raise Back
        warnings = [finding for finding in decision.findings if finding.level == "warning"]
        review.show_findings(self._talk, warnings)
        if decision.is_done:
            return decision
        review.show_plan(self._talk, decision.settled, decision.surveyed, decision.findings)
        match self._consent(decision):
            case "yes":
                self._talk.say()
                return decision
            case "change":
                raise Back
            case _:
                remove_draft(self._machine.files, self._machine.layout)
                self._talk.say("Nothing was changed.")
                return None

    def _consent(self, decision: Decision) -> str:
        return review.ask_consent(
            self._talk,
            decision.surveyed,
            lambda: diffs(decision.surveyed, self._machine),
            is_first=not self._sheet.host.installation.is_present,
        )

    def note_consent(self) -> None:
        """Ask for an administrator, too, where the person agreed to begin anew."""
        if not CONSENTS.isdisjoint(self._home.options.ignored):
            answers = self._sheet.look().settled.answers
            self._sheet.begins_anew = begins_anew(self._home.facts(), answers)


def _chapters(names: Sequence[str], word: str = "--ask") -> list[Chapter]:
    known = {chapter.name: chapter for chapter in CHAPTERS}
    for name in names:
        if name.lower() not in known:
            raise AnswersError(
                f"{word} {name}: there is no such section{nearest(name.lower(), list(known))}",
                f"the sections are {', '.join(known)}",
            )
    return [known[name.lower()] for name in names]
