"""Both tiers with containers, from nothing to nothing, on engines of other kinds."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.e2e.engine_kinds import KINDS, missing
from tests.e2e.program import Site
from tests.e2e.second_engine import LOADED, InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.test_compose_v1 import without_plugin
from tests.engine.engine import run
from tests.make import ANSWERS

pytestmark = pytest.mark.install

NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}
TRIAL = "label=org.mosaicstack.trial"
IMAGES = (*LOADED, ANSWERS.images.step_ca)


@pytest.fixture
def engine(
    request: pytest.FixtureRequest, missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[SecondEngine]:
    lacking = missing_for_engine or missing(request.param)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with SecondEngine.opened(KINDS[request.param]) as opened:
        opened.load((*IMAGES, built_image))
        yield opened


@pytest.mark.sampled(1)
@pytest.mark.parametrize("tier", ["standalone", "federated"])
@pytest.mark.parametrize("engine", KINDS, indirect=True)
def test_a_tier_comes_stays_and_goes(
    engine: SecondEngine, tier: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    folder = engine.new_folder("u")
    inner = InnerSite(home=folder / "m", user=folder, port=site.port, within=engine.within)
    stack = Stack(site=inner)
    began = seconds_now()
    stack.install("--yes", MOSAIC_STORAGE_TIER=tier)
    assert inner.has_working_token()
    assert stack.psql("SELECT 1") == "1"
    assert trials(began) == 1
    began = seconds_now()
    assert "Already up to date" in stack.run("install", "--yes").said
    assert trials(began) == 0
    stack.run("uninstall", "--purge", "--yes")
    assert stack.made() == NOTHING
    assert not inner.home.exists()


@pytest.mark.sampled(0)
@pytest.mark.parametrize("engine", ["rootless"], indirect=True)
def test_the_engine_of_another_user_is_refused(
    engine: SecondEngine, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    folder = engine.new_folder("u")
    os.chown(folder, 0, 0)
    ours = InnerSite(home=folder / "m", user=folder, port=site.port, within=engine.within_as_root)
    stack = Stack(site=ours)
    stack.install("--yes", code=4).says("containers-read-our-files", "run this as that user")
    assert list(folder.iterdir()) == []
    assert stack.made() == NOTHING


@pytest.mark.sampled(0)
@pytest.mark.parametrize("engine", ["docker-26"], indirect=True)
def test_compose_v1_is_refused_where_it_could_not_go_on(
    engine: SecondEngine,
    site: Site,
    free_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    inner = InnerSite(home=site.home, user=site.user, port=site.port, within=engine.within)
    stack, path = Stack(site=inner), without_plugin(tmp_path / "bin")
    stack.install("--yes", code=4, **path).says("compose-speaks-with-engine", "demands 1.45")
    anyway = ("--yes", "--ignore", "compose-speaks-with-engine")
    stack.install(*anyway, **path)
    replaced = {"MOSAIC_GATEWAY_PORT": str(free_port), **path}
    stack.run("install", *anyway, code=5, **replaced).says("ContainerConfig")


def seconds_now() -> str:
    return f"{datetime.now(UTC).timestamp():.6f}"


def trials(began: str) -> int:
    """Return how often a container was made since to try whether it can read our files."""
    words = ("events", "--since", began, "--until", seconds_now())
    filters = ("--filter", TRIAL, "--filter", "event=create")
    return len(run("docker", *words, *filters).stdout.splitlines())
