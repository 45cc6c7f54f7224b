"""What the command line of `mosaic install` says."""

from pathlib import Path

from mosaic_installer.core.frozen import field, frozen


@frozen
class Options:
    """The words and flags, and none of the settings."""

    pairs: tuple[str, ...] = ()
    flags: dict[str, str] = field(default_factory=dict)
    answers_file: Path | None = None
    is_dry_run: bool = False
    with_diff: bool = False
    is_check: bool = False
    only: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    """The sections of the menu to ask about, with everything else as given."""
    section: str = ""
    """The section to open on the home screen."""
    is_bare: bool = False
    """Whether it is the home screen that was asked for, and not to install."""
    is_plain: bool = False
    """Whether to ask in plain lines."""
    ignored: tuple[str, ...] = ()
    pulls: bool = False
    """Whether to ask registries for newer images under the names of those that are here."""
    replaces_edited: bool = False
    as_json: bool = False
    is_verbose: bool = False

    @property
    def has_events(self) -> bool:
        """Whether to print events; a run that only looks prints one document instead."""
        return self.as_json and not (self.is_dry_run or self.is_check)
