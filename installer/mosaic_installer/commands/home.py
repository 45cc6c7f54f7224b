"""The home screen of an installation: look, show, and let settings be changed, until it is left."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from mosaic_installer import __version__
from mosaic_installer.commands import errands
from mosaic_installer.commands.decision import Decision
from mosaic_installer.commands.first_key import PATIENCE
from mosaic_installer.commands.options import Options
from mosaic_installer.commands.verification import Tried
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.found_ollama import FoundOllama
from mosaic_installer.core.faults import fault_of, faults, is_outdated
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import preflight, refuse
from mosaic_installer.core.settling.chapters import CHAPTERS
from mosaic_installer.core.settling.interview import Given
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.engine.glance import glance_at_engine
from mosaic_installer.machine.installed import gateway_as_installed, read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import look_at_ports, probe_host
from mosaic_installer.machine.probe.surroundings import probe_surroundings
from mosaic_installer.machine.web.ollama_glance import OllamaGlance
from mosaic_installer.ui import home
from mosaic_installer.ui.conversation import Conversation, Tone
from mosaic_installer.ui.found import Found
from mosaic_installer.ui.section import run_section, take_remedy

RESULT_TONES: dict[str, Tone] = {"accepted": "good", "refused": "error"}


class Home:
    """The home screen of one run; it knows what the first look found."""

    def __init__(
        self,
        talk: Conversation,
        sheet: Sheet,
        machine: LocalMachine,
        options: Options,
        tried: Tried,
    ) -> None:
        self.options = options
        self.has_customised = False
        self._talk = talk
        self._sheet = sheet
        self._machine = machine
        self._tried = tried
        self._glance = OllamaGlance(sheet.host.listeners)
        self._problems: Sequence[str] = ()
        self._changes = False
        self._section = options.section
        self._keys: Sequence[str] = ()
        self._dropped: Sequence[str] = ()
        self._has_draft = False
        self._engine: Engine | None = None
        self._has_begun = False
        self._has_consented = False

    def begin(
        self,
        first: Decision | None,
        keys: Mapping[str, Given],
        dropped: Sequence[str],
        *,
        has_draft: bool,
    ) -> None:
        """Note what is known before the first question."""
        self._note(first)
        self._keys = [given.source for given in keys.values()]
        self._dropped = [CATALOGUE[key].prompt for key in dropped]
        self._has_draft = has_draft

    @property
    def ollama(self) -> FoundOllama | None:
        """Return the Ollama of this machine, if it answered in time."""
        return self._glance.result()

    def facts(self) -> Facts:
        """Return the facts for the answers as they are now; no service on the web is called."""
        host = self._sheet.host = look_at_ports(self._sheet.host)
        settled = self._sheet.look().settled
        with self._machine.one_look() as look:
            around = probe_surroundings(host, settled.answers, self._machine.vault, look)
        verdicts = self._tried.known_verdicts(settled)
        return Facts(host=host, around=replace(around, verdicts=verdicts))

    def run(self, decide: Callable[[], Decision]) -> str:
        """Show the screen until the person goes on (`go`), leaves, or agrees to an uninstall.

        Raises `PreflightFailed` where they leave what keeps the installation from starting.
        """
        at = ""
        if self._section:
            self._open(self._section)
            at, self._section = self._section, ""
        while True:
            found = self.look()
            chosen = self._talk.panel(home.home_view(found), at or home.best_action(found))
            if chosen == home.UNINSTALL and not errands.agrees_to_uninstall(
                self._talk, self._machine
            ):
                at = chosen
            elif chosen not in self._acts and not chosen.startswith(home.REMEDY):
                if chosen == home.LEAVE and not self.options.is_bare:
                    refuse(found.errors)
                return chosen
            else:
                at = self._act(chosen, found, decide)

    @property
    def _acts(self) -> set[str]:
        names = {chapter.name for chapter in CHAPTERS}
        shown = {home.TOKEN, home.LOGS}
        return {home.SETTINGS, home.AGAIN, home.ANYWAY, *shown, *names}

    def _act(self, chosen: str, found: Found, decide: Callable[[], Decision]) -> str:
        """Do what leads back to the screen; return the row to begin at then."""
        match chosen:
            case home.SETTINGS:
                return CHAPTERS[0].name
            case home.AGAIN:
                self._look_again(decide)
            case home.ANYWAY:
                self._has_consented = True
                names = (finding.check for finding in found.errors)
                self.options = replace(self.options, ignored=(*self.options.ignored, *names))
            case home.TOKEN | home.LOGS:
                self._talk.page(errands.page_of(chosen, self._machine))
                return chosen
            case _ if chosen.startswith(home.REMEDY):
                take_remedy(self._sheet, chosen)
            case _:
                self._open(chosen)
                return chosen
        return ""

    def look(self) -> Found:
        """Return what is to be shown, with the answers as they are now."""
        sketch = self._sheet.look()
        facts = self.facts()
        if not self._has_begun:
            self._has_begun = True
            self._engine = None if facts.around.engine else glance_at_engine()
        url, since = self._running()
        return Found(
            facts=facts,
            sketch=sketch,
            findings=preflight(facts, sketch.settled.answers, self.options.ignored),
            version=__version__,
            problems=self._problems,
            has_changes=self._changes or self._sheet.has_changes,
            has_consented=self._has_consented,
            has_draft=self._has_draft,
            offered=self._sheet.offered,
            dropped=self._dropped,
            keys=self._keys,
            engine=self._engine,
            ollama=self.ollama,
            url=url,
            since=since,
        )

    def _open(self, name: str) -> None:
        self.has_customised = True
        chapter = next(row for row in CHAPTERS if row.name == name)
        run_section(self._talk, self._sheet, chapter, self.look, self._try)

    def _try(self, key: str) -> tuple[str, Tone] | None:
        """Try the service that a setting is about, if it is new; return what came of it."""
        settled = self._sheet.look().settled
        verdict = self._tried.verdict_on(key, settled, self._machine, PATIENCE, self._talk.waiting)
        if verdict is None or verdict.result == "refused":  # that is a finding
            return None
        works = f"It works: {verdict.message}." if verdict.result == "accepted" else verdict.message
        return works, RESULT_TONES.get(verdict.result, "warning")

    def _look_again(self, decide: Callable[[], Decision]) -> None:
        self._tried.forget()
        self._sheet.host = probe_host(self._machine)
        with suppress(AnswersError):
            self._note(None if self._sheet.look().missing else decide())

    def _note(self, decision: Decision | None) -> None:
        if decision is not None:
            wrong = [row.step.action for row in faults(decision.surveyed)]
            is_ours = self._sheet.host.installation.version == __version__
            # Of another version's files is said that there is an update.
            changed = [row for row in wrong if is_ours and is_outdated(row, self._machine)]
            home = self._machine.layout.home
            broken = (row for row in wrong if row not in changed)
            self._problems = [fault_of(action, self._machine, home) for action in broken]
            self._changes = decision.changes_answers or bool(changed)

    def _running(self) -> tuple[str, str]:
        meta = read_meta(self._machine)
        if meta is None:
            return "", ""
        gateway = gateway_as_installed(self._machine.layout, meta)
        process = self._machine.service(gateway).process()
        since = process.since if process is not None else None
        return gateway.url, f"{since:%Y-%m-%d %H:%M}" if since is not None else ""
