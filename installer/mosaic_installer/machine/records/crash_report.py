"""A bug's evidence in one file that can be pasted into an issue: no secret is in it."""

import platform
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer import __version__
from mosaic_installer.core.answers import SECRET_VARIABLES
from mosaic_installer.core.secret import Secret, scrub
from mosaic_installer.machine.environment import session_secrets, variables
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.paths import find_layout
from mosaic_installer.machine.reading import read_regular, read_tail

JOURNAL_LINES = 20
JOURNAL_BYTES = 64 * 1024


def write_crash_report(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """Write the report into the state folder, or a temporary one, and return its path.

    It cannot fail: what cannot be read is left out, and None says that it is written nowhere.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    text = "\n".join(
        (
            f"mosaic {__version__} crashed at {stamp}",
            # Not `platform.platform()`: that may start a program, and this is no time for it.
            f"python {platform.python_version()} on {platform.system()} {platform.release()}",
            f"arguments: {' '.join(arguments)}",
            "",
            "".join(traceback.format_exception(error)),
        )
    )
    machine = _machine()
    if machine is not None:
        text += "\nthe journal's last lines:\n" + _journal(machine)
    content = scrub(text, _secrets(machine)).encode(errors="backslashreplace")
    return _written(machine, f"crash-{stamp}.txt", content)


def _machine() -> LocalMachine | None:
    with suppress(Exception):
        return LocalMachine(find_layout(variables().get("MOSAIC_HOME")))
    return None


def _journal(machine: LocalMachine) -> str:
    try:
        tail = read_tail(machine.layout.journal, JOURNAL_BYTES).decode(errors="replace")
    except OSError:
        return "(none)\n"
    return "\n".join(tail.splitlines()[-JOURNAL_LINES:]) + "\n"


def _secrets(machine: LocalMachine | None) -> list[Secret]:
    given = {name: value for name, value in variables().items() if name in SECRET_VARIABLES}
    files = [Path(value) for name, value in given.items() if name.endswith("_FILE")]
    known = [Secret(value) for value in (*given.values(), *session_secrets())]
    if machine is not None:
        files.append(machine.layout.token)
        with suppress(Exception):  # damaged: then nobody could have read a secret from it
            known += machine.vault.all()
    return known + [secret for path in files for secret in _held_by(path)]


def _held_by(path: Path) -> list[Secret]:
    try:
        return [Secret(read_regular(path.expanduser()).decode(errors="replace").strip())]
    except (OSError, ValueError, RuntimeError):
        return []


def _written(machine: LocalMachine | None, name: str, content: bytes) -> Path | None:
    with suppress(Exception):
        if machine is not None and machine.layout.state.is_dir():
            machine.files.write(machine.layout.state / name, content)
            return machine.layout.state / name
    with suppress(Exception):
        path = Path(tempfile.mkdtemp(prefix="mosaic-crash-"), name)  # 0700, whatever the umask
        path.touch(0o600)
        path.write_bytes(content)
        return path
    return None
