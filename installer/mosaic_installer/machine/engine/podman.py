"""What Podman leaves to systemd, and whether that does it here."""

from pathlib import Path

BOOTED = Path("/run/systemd/system")
"""There where systemd runs the machine (sd_booted(3))."""
UNIT = "podman-restart.service"
"""The unit that starts containers with the machine, or with a user's session."""
SYSTEM = tuple(Path(top, "systemd/system") for top in ("/etc", "/run", "/usr/lib"))
USERS = tuple(Path(top, "systemd/user") for top in ("/etc", "/run", "/usr/lib"))
OWN = Path("~/.config/systemd/user")


def checks_health() -> bool:
    """Return whether the health checks of its containers are run: by timers of systemd."""
    return BOOTED.is_dir()


def starts_with_machine(*, is_rootless: bool) -> bool:
    """Return whether its containers come back with the machine: whether its unit is enabled."""
    folders = (OWN.expanduser(), *USERS) if is_rootless else SYSTEM
    return any(_is_wanted_in(folder) for folder in folders)


def _is_wanted_in(folder: Path) -> bool:
    return any((wishes / UNIT).is_symlink() for wishes in folder.glob("*.wants"))
