"""The wheel is all one needs: built here, installed in an empty environment, and run there."""

import sys
import venv
import zipfile
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from tests.e2e.bare_machine import ROOT, environment, files_below, processes_of, run

pytestmark = [pytest.mark.install, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    run([sys.executable, "-m", "pip", "wheel", *options, ROOT], environment(folder))
    (wheel,) = folder.glob("mosaic_installer-*.whl")
    return wheel


@pytest.fixture
def programs(wheel: Path, tmp_path: Path) -> Path:
    """The folder of the commands of an environment with nothing but the wheel and what it needs."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    pip = [folder / "bin/python", "-I", "-m", "pip", "install", "--quiet", "--no-compile"]
    environ = environment(tmp_path)
    run([*pip, "--require-hashes", "-r", ROOT / "requirements/runtime.txt"], environ)
    run([*pip, "--no-deps", "--no-index", wheel], environ)
    return folder / "bin"


def sources(folder: str, pattern: str) -> set[str]:
    return {str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob(pattern)}


def test_wheel_holds_code_and_migrations(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    code = sources("installer", "*.py")
    assert any(name.startswith("mosaic_gateway/migrations/versions/") for name in code)
    assert code <= inside
    assert {"mosaic_installer/py.typed", "mosaic_gateway/py.typed"} <= inside
    assert {name.split("/")[0].removesuffix(".dist-info").split("-")[0] for name in inside} == {
        "mosaic_installer",
        "mosaic_gateway",
    }


def test_wheel_installs_and_uninstalls_a_gateway(
    programs: Path, tmp_path: Path, mosaic_home: Path, free_port: int
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = environment(
        home,
        MOSAIC_HOME=str(mosaic_home),
        MOSAIC_GATEWAY_PORT=str(free_port),
        MOSAIC_ADMIN_EMAIL="a@example.org",
        MOSAIC_ADMIN_PASSWORD="correct-horse-9",
    )
    mosaic = programs / "mosaic"
    assert run([mosaic, "--version"], environ).stdout.strip()
    assert run([programs / "mosaic-gateway", "--version"], environ).stdout.strip()

    try:
        run([mosaic, "install", "--yes"], environ)
        token = run([mosaic, "token", "show"], environ).stdout.strip()
        url = f"http://127.0.0.1:{free_port}/api/admin/tokens"
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as answer:
            assert answer.status == 200
    finally:
        run([mosaic, "uninstall", "--purge", "--yes"], environ)

    assert files_below(mosaic_home) == []
    assert not mosaic_home.exists()
    assert files_below(home) == []
    assert processes_of(mosaic_home) == []
