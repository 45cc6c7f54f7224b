"""What is known of the disk below the installation."""

from pathlib import Path

from mosaic_installer.core.frozen import frozen


@frozen
class Disk:
    """The file system that will hold the installation's folders."""

    nearest: Path
    """The nearest folder above the installation that exists."""
    is_writable: bool
    is_ours: bool
    is_directory: bool
    file_system: str
    free: int
    """Bytes that we may still use."""
