"""What compose is told of the services: ours is mended where it is damaged, a person's stays."""

from pathlib import Path

import pytest
from tests.e2e.test_damaged_files import DAMAGE

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.engine.compose import Compose
from mosaic_installer.machine.files import LocalFiles

pytestmark = pytest.mark.unit

NOTED = {"postgres": "ab12", "step-ca": "cd34"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    layout = Layout.under(tmp_path)
    layout.compose.mkdir(parents=True)
    return layout.compose_environment


@pytest.fixture
def compose(path: Path, tmp_path: Path) -> Compose:
    stack = Stack(layout=Layout.under(tmp_path), project="mosaic", services=("postgres", "step-ca"))
    found = Compose(stack, LocalFiles(tmp_path / "checksums.json", tmp_path))
    found.note_fingerprints(NOTED)
    assert found.has_noted(NOTED)
    return found


@pytest.mark.parametrize("kind", [*DAMAGE, "missing"])
def test_a_damaged_file_is_known_and_written_as_it_was(
    compose: Compose, path: Path, kind: str
) -> None:
    whole = path.read_bytes()
    if kind == "missing":
        path.unlink()
    else:
        path.write_bytes(DAMAGE[kind](whole))
    assert not compose.has_noted(NOTED)
    compose.note_fingerprints(NOTED)
    assert path.read_bytes() == whole


def test_the_fingerprint_of_another_service_is_not_asked_for_and_stays(
    compose: Compose, path: Path
) -> None:
    compose.note_fingerprints({"postgres": "ef56"})
    assert path.read_text().splitlines()[1:] == [
        "COMPOSE_PROJECT_NAME=mosaic",
        "POSTGRES_FINGERPRINT=ef56",
        "STEP_CA_FINGERPRINT=cd34",
    ]
    assert not compose.has_noted(NOTED)


def test_variables_of_a_persons_own_are_no_damage_and_stay(compose: Compose, path: Path) -> None:
    path.write_text(path.read_text() + "\n# mine\nMY_LIMIT='2g'\n")
    assert compose.has_noted(NOTED)
    compose.note_fingerprints({"postgres": "ef56"})
    assert "MY_LIMIT='2g'" in path.read_text().splitlines()
