"""The person's own editor, on a private copy: what it leaves is read back, never trusted."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.environment import for_programs, read_text

USUAL = "vi"


def edited(text: str, path: Path) -> str:
    """Return what the editor makes of `text`, which is shown under the name of `path`.

    VISUAL and EDITOR name it (environ(7)), with arguments. Raises `InstallerError` when it cannot
    be started, fails, or leaves what is not text.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or USUAL
    with tempfile.TemporaryDirectory(prefix="mosaic-") as folder:
        copy = Path(folder, path.name)
        copy.touch(mode=0o600)
        copy.write_text(text, encoding="utf-8")
        _run(editor, copy)
        try:
            return read_text(copy)
        except OSError as error:
            raise _failed(
                f"what the editor `{editor}` left cannot be read: {error.strerror}"
            ) from None
        except UnicodeDecodeError:
            raise _failed(f"what the editor `{editor}` left is not UTF-8 text") from None


def _run(editor: str, copy: Path) -> None:
    try:
        words = shlex.split(editor)
    except ValueError:
        raise _failed(f"the editor `{editor}` has a quotation mark too few or too many") from None
    try:
        status = subprocess.run((*words, str(copy)), check=False, env=for_programs()).returncode
    except OSError as error:
        raise _failed(f"the editor `{editor}` cannot be started: {error.strerror}") from None
    if status:
        how = f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"
        raise _failed(f"the editor `{editor}` {how}")


def _failed(how: str) -> InstallerError:
    return InstallerError(
        how,
        "name another one in VISUAL or EDITOR, such as `VISUAL=nano mosaic config edit`; "
        "nothing was changed",
        identifier="program-failed",
    )
