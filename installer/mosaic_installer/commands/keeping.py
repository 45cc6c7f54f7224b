"""Keep what a person typed, secrets left out, when a run ends before the answers are saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.settling.draft import SOURCE, draft_text
from mosaic_installer.core.settling.interview import ASKED, Settled
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.draft import keep_draft
from mosaic_installer.machine.signals import uncut
from mosaic_installer.ui import output


@contextmanager
def keeping(
    typed: Callable[[], Mapping[str, str]],
    machine: LocalMachine,
    secrets: Callable[[], Sequence[str]] = tuple,
) -> Iterator[None]:
    """Keep what was `typed`, by key, when the person interrupts, or an error ends the run.

    Of `secrets`, only the keys are kept, so that the next run asks for them again.
    """
    try:
        yield
    except (KeyboardInterrupt, InstallerError):
        keep(typed, machine, secrets)
        raise


def keep(
    typed: Callable[[], Mapping[str, str]],
    machine: LocalMachine,
    secrets: Callable[[], Sequence[str]],
) -> None:
    """Keep what was typed, if anything was, and say so; see `keeping`."""
    with suppress(InstallerError):  # what cannot be written is typed again
        # A terminal that is closed is first an end of what is typed, and then a signal.
        with uncut():
            values, dropped = typed(), secrets()
            is_kept = bool(values or dropped)
            if is_kept:
                keep_draft(machine.files, machine.layout, draft_text(values, dropped))
        if is_kept:
            _tell(dropped)


def _tell(dropped: Sequence[str]) -> None:
    output.say("\nYour answers are kept for the next run, secrets left out.")
    if dropped:
        names = ", ".join(CATALOGUE[key].prompt for key in dropped)
        output.say(f"You will be asked again for: {names}.")


def unsaved(settled: Settled, machine: LocalMachine) -> dict[str, str]:
    """Return what was typed, as long as answers.toml does not have it."""
    if machine.files.kind(machine.layout.answers) != "absent":
        return {}
    return {
        key: as_text(value_of(settled.answers, key))
        for key, source in settled.sources.items()
        if source in {ASKED, SOURCE} and not CATALOGUE[key].is_secret
    }
