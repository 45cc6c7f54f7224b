"""The environment: what of it we read, and what of it other programs get to see."""

import os
import re
import sys
from pathlib import Path

from mosaic_installer.core.answers import VARIABLES
from mosaic_installer.core.questionnaire.model_providers import OWN_VARIABLES
from mosaic_installer.machine.reading import LARGEST, read_from, read_regular

PREFIX = "MOSAIC_"
COMMAND = "mosaic"
LINK = f"~/.local/bin/{COMMAND}"
"""Where scripts/install.sh puts the command."""
HANDED_OVER, STDIN = Path("/dev/fd"), Path("/dev/stdin")
PROXY_PASSWORD = re.compile(r"//[^/:@]*:([^/@]+)@")


def variables() -> dict[str, str]:
    """Return our variables of the environment."""
    return {name: value for name, value in os.environ.items() if _is_ours(name)}


def provider_variables() -> dict[str, str]:
    """Return the variables that model providers' own programs read, such as ANTHROPIC_API_KEY."""
    return {name: os.environ[name] for name in OWN_VARIABLES if os.environ.get(name)}


def session_secrets() -> list[str]:
    """Return other programs' secrets in the environment: keys, and passwords of proxies."""
    proxies = (os.environ[name] for name in os.environ if name.lower().endswith("_proxy"))
    passwords = (found[1] for text in proxies if (found := PROXY_PASSWORD.search(text)))
    return [*provider_variables().values(), *passwords]


def own_command() -> str:
    """Return what runs this program: its name, or a path where the shell would not find that."""
    from shutil import which

    if which(COMMAND) is not None:
        return COMMAND
    try:
        link = Path(LINK).expanduser().resolve(strict=True)
    except (OSError, RuntimeError):
        return COMMAND
    is_ours = link.parent == Path(sys.executable).parent.resolve()
    return LINK if is_ours else COMMAND


def for_programs(without: tuple[str, ...] = (), /, **added: str) -> dict[str, str]:
    """Return the environment of a program we start: ours without any of our own variables.

    Our variables hold secrets, and would win over the files that we configure the gateway with.
    So do those of the model providers. `without` are the beginnings of further names that would
    confuse that program.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not (_is_ours(name) or name in OWN_VARIABLES or name.startswith(without))
    }
    return kept | added


def read_text(path: Path) -> str:
    """Return a text file that the user named, without a byte order mark.

    What a shell hands over in place of a file, as in `<(program)`, is read to its end, like stdin.
    Raises `OSError` or `UnicodeDecodeError`.
    """
    if path.is_relative_to(HANDED_OVER) or path == STDIN:
        with path.open("rb") as file:
            content = read_from(file.fileno(), largest=LARGEST)
    else:
        content = read_regular(path)
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def read_standard_input() -> str:
    """Return everything that comes in through stdin, to its end."""
    return sys.stdin.read() if sys.stdin is not None else ""


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) or name in VARIABLES
