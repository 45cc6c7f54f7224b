"""Code that lies about where the program is called from never runs, whatever it is named."""

from pathlib import Path

import pytest
from tests.e2e.program import PROGRAM, Site, run

pytestmark = pytest.mark.install

NEW_PASSWORD = "another-horse-10"
TRAP = "import pathlib\npathlib.Path({marker!r}).write_text('ran')\n"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """The file that planted code would leave."""
    return tmp_path / "ran"


@pytest.fixture
def folder(tmp_path: Path, marker: Path) -> Path:
    """A folder with packages and modules that the gateway would import first of all."""
    folder = tmp_path / "planted"
    trap = TRAP.format(marker=str(marker))
    for package in ("mosaic_gateway", "sqlalchemy", "argon2"):
        (folder / package).mkdir(parents=True)
        for name in ("__init__.py", "__main__.py"):
            (folder / package / name).write_text(trap)
    for module in ("json.py", "logging.py", "sitecustomize.py"):
        (folder / module).write_text(trap)
    return folder


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (("install", "--yes"), ""),
        (("token", "recover"), ""),
        (("admin", "reset-password", "--password-file", "-"), NEW_PASSWORD),
    ],
)
def test_code_in_the_callers_folder_does_not_run(
    installed: Site, folder: Path, marker: Path, words: tuple[str, ...], stdin: str
) -> None:
    installed.token_file.unlink()
    _call(installed, folder, words, stdin)
    assert not marker.exists()
    installed.run("token", "recover")
    assert installed.has_working_token()


def test_code_in_the_callers_folder_does_not_run_in_a_gateway_that_is_started(
    installed: Site, folder: Path, marker: Path
) -> None:
    installed.run("gateway", "stop")
    _call(installed, folder, ("gateway", "start"), "")
    assert not marker.exists()
    assert installed.has_working_token()


def _call(site: Site, folder: Path, words: tuple[str, ...], stdin: str) -> None:
    # The program itself is isolated here, so that whatever runs was started by it.
    python, *module = PROGRAM
    enter = ("sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(folder))
    environment = site.environment(PYTHONPATH=str(folder))
    run((*enter, python, "-I", *module, *words), environment, 0, stdin=stdin)
