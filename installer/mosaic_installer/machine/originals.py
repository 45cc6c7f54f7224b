"""Of a folder that was copied: is the original still there? Its containers are not the copy's."""

import json
from pathlib import Path

from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.reading import read_regular


def is_original(home: str, project: str, layout: Layout) -> bool:
    """Return whether the installation in the folder `home` is another one with our `project`."""
    if not home or Path(home) == layout.root:
        return False
    # All under one folder, or in the folders of the user.
    metas = (Path(home, "config/gateway/meta.json"), Path(home, "gateway/meta.json"))
    try:
        return any(_project_of(path) == project for path in metas)
    except PermissionError:
        return True  # another user's, on the same engine


def _project_of(path: Path) -> str | None:
    try:
        row = json.loads(read_regular(path))
        return str(row["project"])
    except PermissionError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        return None
