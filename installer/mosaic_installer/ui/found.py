"""What is known of the machine and the installation, and the rows that tell a person of it."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.found_ollama import FoundOllama
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.preflight.places import is_about, places_of
from mosaic_installer.core.settling.chapters import CHAPTERS, Chapter, is_offered
from mosaic_installer.core.settling.interview import Sketch
from mosaic_installer.core.tiers import MEBIBYTE
from mosaic_installer.ui.conversation import PanelRow


@frozen
class Found:
    """What a look found, with the answers as they are at that moment."""

    facts: Facts
    sketch: Sketch
    findings: Sequence[Finding]
    version: str
    """That of this program."""
    problems: Sequence[str] = ()
    """What is broken of the present installation, and what will put it right."""
    has_changes: bool = False
    """Whether other settings are wanted than those that it was installed with."""
    has_consented: bool = False
    """Whether the person agreed to pass over what was found."""
    has_draft: bool = False
    offered: Mapping[str, str] = field(default_factory=dict)
    """What an unfinished run was told, by key, where it is only proposed."""
    dropped: Sequence[str] = ()
    """What an unfinished run forgot, as it keeps no secrets: the prompts of those settings."""
    keys: Sequence[str] = ()
    """Names of variables of model providers that the environment has."""
    engine: Engine | None = None
    """The container engine at a glance, where the answers did not want it measured."""
    ollama: FoundOllama | None = None
    url: str = ""
    since: str = ""

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def chapters(self) -> list[Chapter]:
        """Return the sections that are offered."""
        return [chapter for chapter in CHAPTERS if is_offered(chapter, self.sketch.settled)]

    def about(self, chapter: Chapter) -> list[Finding]:
        """Return what was found that is about a section, notes as well."""
        return [
            finding
            for finding in self.findings
            if any(is_about(place, chapter.tables) for place in self.places(finding))
        ]

    def places(self, finding: Finding) -> tuple[str, ...]:
        """Return the settings, or tables of them, that a finding is about."""
        return places_of(finding, self.facts.around.verdicts)


def status_rows(found: Found) -> tuple[PanelRow, ...]:
    """Return what there is to know before anything is chosen."""
    facts = found.facts
    installation = facts.host.installation
    rows = []
    if installation.is_present:
        rows += [
            ("Address", found.url),
            ("Tier", installation.tier),
            ("Version", installation.version or "unknown"),
            ("Running since", found.since),
        ]
    else:
        rows.append(("System", _system(facts)))
    layout = facts.host.layout
    rows.append(("Folder", f"{layout.root} ({_size(facts.host.disk.free)} free)"))
    engine = facts.around.engine or found.engine
    if engine is not None and not (installation.is_present and installation.tier == "local"):
        rows.append(("Engine", _engine(engine)))
    if found.ollama is not None:
        rows.append(("Ollama", _ollama(found.ollama)))
    if found.keys:
        rows.append(("Model keys", f"{', '.join(found.keys)} in the environment"))
    if not (installation.is_present or installation.needs_setup):
        rows.append(("Data", "kept from an earlier installation; this one goes on with it"))
    if found.has_draft:
        rows.append(("Answers", "kept from your unfinished run"))
    if found.dropped:
        rows.append(("Enter again", f"{', '.join(found.dropped)} (secrets are never kept)"))
    return tuple(PanelRow(label=label, text=text) for label, text in rows if text)


def _system(facts: Facts) -> str:
    system = facts.host.system
    processors = "1 processor" if system.cpus == 1 else f"{system.cpus} processors"
    kept = "systemd" if facts.host.supervisor == "systemd" else "no systemd"
    return (
        f"{system.name} {system.architecture}, {processors}, {_size(system.memory)} of memory, "
        f"{kept}"
    )


def _engine(engine: Engine) -> str:
    if engine.problem == "absent":
        return "none (the local tier needs none)"
    if engine.problem:
        return engine.reason or engine.problem
    name = f"{'Podman' if engine.is_podman else 'Docker'} {engine.version}"
    if engine.compose:
        return f"{name}, Compose {engine.compose_version}"
    return f"{name}, no Compose" if engine.compose_problem else name


def _ollama(ollama: FoundOllama) -> str:
    models = "1 model" if ollama.models == 1 else f"{ollama.models} models"
    return f"{ollama.version}, {models}, at {ollama.url}"


def _size(count: int) -> str:
    mebibytes = count / MEBIBYTE
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"
