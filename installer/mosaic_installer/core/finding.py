"""What a check found: measured, wanted, and what to do about it."""

from collections.abc import Iterable
from typing import Literal

from mosaic_installer.core.frozen import frozen

Level = Literal["error", "warning", "note"]


@frozen
class Remedy:
    """Another value of the setting `key`, as text, that would settle a finding."""

    key: str
    text: str
    is_port: bool = False
    """Whether it is a free port in place of one that is taken."""


@frozen
class Finding:
    """One finding. `check` is the identifier that `--ignore` takes; the runner fills it in.

    With a `remedy`, a person at a terminal is asked for another value instead of being refused.
    """

    level: Level
    message: str
    hint: str
    check: str = ""
    remedy: Remedy | None = None
    consent: str = ""
    """What a person may choose in order to pass over it; empty where nobody should."""
    places: tuple[str, ...] = ()
    """The settings that it is about, where only the check knows (else: `places.py`)."""
    is_final: bool = False
    """Whether `--ignore` passes over it no more than a person: it is about what is another's."""

    @property
    def can_be_settled(self) -> bool:
        """Whether a person can go on from here, by another value or by saying that it is meant."""
        return self.remedy is not None or bool(self.consent)


def error(message: str, hint: str, remedy: Remedy | None = None, *, consent: str = "") -> Finding:
    """Return a finding that keeps the installation from being started."""
    return Finding(level="error", message=message, hint=hint, remedy=remedy, consent=consent)


def warning(message: str, hint: str, places: Iterable[str] = ()) -> Finding:
    """Return a finding that the person should know before going on."""
    return Finding(level="warning", message=message, hint=hint, places=tuple(places))


def note(message: str, hint: str, places: Iterable[str] = ()) -> Finding:
    """Return a finding that may explain something later."""
    return Finding(level="note", message=message, hint=hint, places=tuple(places))
