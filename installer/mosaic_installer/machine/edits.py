"""What became of our files since: edited, damaged, opened to others, saved with CRLF."""

import re
from collections.abc import Iterator
from pathlib import Path

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.written import damage_to, is_ours
from mosaic_installer.machine.files import LocalFiles
from mosaic_installer.machine.reading import read_regular

PORT = r"""^MOSAIC_GATEWAY_PORT=["']?([0-9]{1,5})\b"""


def edited_files(files: LocalFiles, layout: Layout) -> tuple[Path, ...]:
    """Return the generated files that a person changed since we wrote them."""
    return tuple(path for path, damage in _changed(files, layout) if not damage)


def port_in(environment: bytes) -> int | None:
    """Return the gateway's port that its environment file names, if it names one."""
    ports = re.findall(PORT, environment.decode(errors="replace"), re.MULTILINE)
    return int(ports[-1]) if ports else None


def damaged_files(files: LocalFiles, layout: Layout) -> dict[Path, str]:
    """Return the generated files that an accident changed, and how."""
    return {path: damage for path, damage in _changed(files, layout) if damage}


def missing_files(files: LocalFiles) -> dict[Path, str]:
    """Return the generated files that are gone; some because nothing needs them any more."""
    paths = (path for path in files.noted_paths() if files.kind(path) == "absent")
    return dict.fromkeys(paths, "missing")


def _changed(files: LocalFiles, layout: Layout) -> Iterator[tuple[Path, str]]:
    # Also when the notes are lost: what is kept for that is never kept silently.
    generated = (layout.gateway_config, layout.gateway_environment, layout.meta)
    for path in dict.fromkeys((*generated, *files.noted_paths())):
        content = files.read(path)
        if content is not None and not is_ours(content, files.notes(path)):
            yield path, damage_to(path.name, content, files.notes(path))


def exposed_paths(layout: Layout) -> tuple[Path, ...]:
    """Return the files and directories of ours that other users can read or enter."""
    inner = [path for path in layout.directories if path != layout.home]
    return tuple(path for path in (*inner, *_files(layout)) if _is_exposed(path))


def secret_files(layout: Layout) -> tuple[Path, ...]:
    """Return the files that the gateway reads its secrets from."""
    try:
        return tuple(sorted(layout.gateway_secrets.iterdir()))
    except OSError:
        return ()


def files_with_crlf(layout: Layout) -> tuple[Path, ...]:
    """Return the text files of ours that some editor saved with DOS line endings."""
    return tuple(path for path in _files(layout) if b"\r\n" in _start(path))


def _files(layout: Layout) -> tuple[Path, ...]:
    return (
        layout.answers,
        layout.secrets,
        layout.gateway_config,
        layout.gateway_environment,
        layout.meta,
        layout.token,
        *secret_files(layout),
    )


def _is_exposed(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _start(path: Path) -> bytes:
    try:
        return read_regular(path)[: 64 * 1024]
    except OSError:
        return b""
