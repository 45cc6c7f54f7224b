"""Start other programs and read what they say; their errors become ours."""

from collections.abc import Mapping, Sequence

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.environment import for_programs

TIMEOUT = 60.0


def run(
    command: Sequence[str],
    *,
    stdin: str = "",
    timeout: float = TIMEOUT,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end and return what it printed; `timeout` in seconds.

    Secrets go through `stdin`, never through `command`. `environment` replaces the one that
    programs get. Raises `InstallerError` with the program's last words when it fails, is missing,
    or takes too long.
    """
    import subprocess  # most runs that change nothing start nothing

    try:
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
            timeout=timeout,
            env=for_programs() if environment is None else dict(environment),
        )
    except subprocess.CalledProcessError as error:
        raise _failed(command, _last_words(error.stderr or error.stdout)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(command, str(error)) from None
    return done.stdout


def _last_words(text: str) -> str:
    lines = [line.removeprefix("error: ") for line in text.splitlines() if line.strip()]
    return lines[0] if lines and len(lines) <= 3 else "\n".join(lines[-3:])


def _failed(command: Sequence[str], reason: str) -> InstallerError:
    name = command[3] if tuple(command[1:3]) == ("-I", "-m") else command[0]
    return InstallerError(
        f"`{name}` failed: {reason}",
        "fix what it says and run this again",
        identifier="program-failed",
    )
