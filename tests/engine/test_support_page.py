"""docs/support.md names the versions that these tests really ran on."""

import re
from shutil import which

import pytest
from tests.e2e.engine_kinds import NEWER
from tests.engine.engine import run
from tests.reference.pages import ROOT

pytestmark = [pytest.mark.install, pytest.mark.usefixtures("engine")]

ASKED = {
    "Docker Engine": ("docker", "version", "--format={{.Server.Version}}"),
    "`docker-26`": (f"{NEWER}/dockerd", "--version"),
    "Compose": ("docker", "compose", "version", "--short"),
    "PostgreSQL": ("docker", "run", "--rm", "pgvector/pgvector:pg17", "postgres", "--version"),
    "Valkey": ("docker", "run", "--rm", "valkey/valkey:8-alpine", "valkey-server", "--version"),
    "registry": ("docker-registry", "--version"),
}


@pytest.mark.parametrize("part", ASKED)
def test_the_version_that_is_tried_is_the_one_that_is_named(part: str) -> None:
    if which(ASKED[part][0]) is None:
        pytest.skip(f"`{ASKED[part][0]}` is missing; `scripts/test-engine` sets up Debian 12")
    page = (ROOT / "docs/support.md").read_text("utf-8")
    row = re.search(rf"^\| {part} \| ([^|]*) \|", page, re.MULTILINE)
    assert row
    said = re.search(r"\d+\.\d+", run(*ASKED[part]).stdout)
    assert said
    wanted = said[0].partition(".")[0] if part == "PostgreSQL" else said[0]
    assert re.match(rf".*\b{re.escape(wanted)}\b", row[1]), row[1]
