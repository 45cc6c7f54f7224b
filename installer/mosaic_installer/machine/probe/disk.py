"""Measure the disk below the installation."""

import os
from pathlib import Path

from mosaic_installer.core.facts.disk import Disk


def probe_disk(root: Path) -> Disk:
    """Return what the file system is like that the folder `root` lies on, or will lie on."""
    nearest = next(path for path in (root, *root.parents) if path.exists() or path.is_symlink())
    space = os.statvfs(nearest if nearest.exists() else nearest.parent)
    return Disk(
        nearest=nearest,
        is_writable=os.access(nearest, os.W_OK | os.X_OK),
        is_ours=nearest != root or nearest.lstat().st_uid in {os.getuid(), 0},
        is_directory=nearest.is_dir(),
        file_system=_file_system(nearest),
        free=space.f_bavail * space.f_frsize,
    )


def _file_system(path: Path) -> str:
    """Return the type of the file system that `path` lies on, empty where it cannot be told."""
    best = ("", "")
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    resolved = str(path.resolve()) + "/"
    for line in mounts:
        _device, encoded, kind = line.split(" ")[:3]
        point = _decoded(encoded) if "\\" in encoded else encoded
        if resolved.startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _decoded(encoded: str) -> str:
    """Return the name of a mount point, in which a blank, say, is spelled `\\040` (fstab(5))."""
    return encoded.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
