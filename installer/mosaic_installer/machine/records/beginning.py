"""What a run leaves that is killed before its journal is open: folders, and perhaps the lock."""

from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.files import LocalFiles


def remove_beginning(files: LocalFiles, layout: Layout) -> bool:
    """Remove the folders of a run that had only begun; return whether that is all there was."""
    if not layout.state.is_dir() or any(_others(layout)):
        return False
    files.remove(layout.lock)
    for folder in (layout.state, layout.home):
        if folder is not None:
            files.remove_directory(folder, with_contents=False)
    return True


def _others(layout: Layout) -> list[str]:
    top = layout.home or layout.state
    return [str(path) for path in top.rglob("*") if path not in {layout.state, layout.lock}]
