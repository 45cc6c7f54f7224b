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
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or USUAL)
    with tempfile.TemporaryDirectory(prefix="mosaic-") as folder:
        copy = Path(folder, path.name)
        copy.touch(mode=0o600)
        copy.write_text(text, encoding="utf-8")
        try:
            subprocess.run((*words, str(copy)), check=True, env=for_programs())
            return read_text(copy)
        except (OSError, subprocess.CalledProcessError, UnicodeDecodeError) as error:
            raise InstallerError(
                f"the editor `{' '.join(words)}` did not leave a file that can be used: {error}",
                "name another one: EDITOR=nano; nothing was changed",
                identifier="program-failed",
            ) from None
