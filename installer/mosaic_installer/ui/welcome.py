"""The first screen: what was found on this machine, and the ways to go on from there."""

from collections.abc import Sequence

from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.found_ollama import FoundOllama
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.tiers import MEBIBYTE
from mosaic_installer.ui.conversation import Choice, Conversation

QUICK = Choice(value="quick", label="Quick start: at most three questions")
REPAIR = Choice(value="quick", label="Repair: do what is not done")
APPLY = Choice(value="quick", label="Apply the changed settings")
RESUME = Choice(value="quick", label="Go on where the installation stopped")
CUSTOMISE = Choice(value="customise", label="Customise: look at every setting")
LEAVE = Choice(value="leave", label="Leave: change nothing")
AGAIN = Choice(value="again", label="Look again, when that is mended")


@frozen
class Found:
    """What the first look found, in words where it is not a fact."""

    facts: Facts
    to_do: Sequence[str] | None
    """The stages of the steps that are not done; None where that is not known."""
    changes_answers: bool = False
    keys: Sequence[str] = ()
    """Names of variables of model providers that the environment has."""
    engine: Engine | None = None
    """The container engine at a glance, where the answers did not want it measured."""
    ollama: FoundOllama | None = None
    has_draft: bool = False


def show_welcome(talk: Conversation, version: str, found: Found) -> None:
    """Show what this is, and what was found."""
    talk.heading("Mosaic Stack")
    talk.say(f"Installer {version}. Nothing is touched before you have seen the plan and said yes.")
    talk.heading("Found")
    talk.rows(_rows(found))
    talk.say()


def ask_way(talk: Conversation, found: Found, *, is_blocked: bool) -> str:
    """Ask how to go on; return the `value` of one of the choices above."""
    first = (AGAIN,) if is_blocked else (_usual(found),)
    ways = (*first, CUSTOMISE, LEAVE)
    return talk.choose("How do you want to go on?", ways)


def _usual(found: Found) -> Choice:
    installation = found.facts.host.installation
    if not installation.is_present:
        return QUICK
    if installation.needs_setup:
        return RESUME
    return APPLY if found.changes_answers else REPAIR


def _rows(found: Found) -> list[tuple[str, str]]:
    facts = found.facts
    rows = [
        ("System", _system(facts)),
        ("Place", f"{facts.host.layout.root} ({_size(facts.host.disk.free)} free)"),
        ("Installation", _installation(found)),
    ]
    engine = facts.around.engine or found.engine
    if engine is not None:
        rows.append(("Engine", _engine(engine)))
    if found.ollama is not None:
        rows.append(("Ollama", _ollama(found.ollama)))
    if found.keys:
        rows.append(("Model keys", f"{', '.join(found.keys)} in the environment"))
    if found.has_draft:
        rows.append(("Answers", "those of an interrupted run are offered again"))
    if facts.host.installation.needs_setup and (
        found.has_draft or facts.host.installation.is_present
    ):
        rows.append(("Password", "asked again: it is never kept before it is used"))
    return rows


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
        return "no container engine; the tier `local` needs none"
    if engine.problem:
        return engine.reason or engine.problem
    name = f"{'Podman' if engine.is_podman else 'Docker'} {engine.version}"
    if engine.compose:
        return f"{name}, Compose {engine.compose_version}"
    return f"{name}, no Compose" if engine.compose_problem else name


def _ollama(ollama: FoundOllama) -> str:
    models = "1 model" if ollama.models == 1 else f"{ollama.models} models"
    return f"{ollama.version}, {models}, at {ollama.url}"


def _installation(found: Found) -> str:
    installation = found.facts.host.installation
    if not installation.is_present:
        return "none yet"
    version = f"version {installation.version}" if installation.version else "of an unknown version"
    if found.to_do is None:
        return f"{version}, not finished"
    if not found.to_do:
        return f"{version}, in order"
    steps = "1 step" if len(found.to_do) == 1 else f"{len(found.to_do)} steps"
    return f"{version}, {steps} not done: {', '.join(dict.fromkeys(found.to_do))}"


def _size(count: int) -> str:
    mebibytes = count / MEBIBYTE
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"
