"""The whole life of installations on Podman, with Compose over its socket."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.podman_machine import RELEASES, PodmanMachine, root_of
from tests.e2e.program import eventually
from tests.e2e.second_engine import InnerSite
from tests.e2e.stack import Stack
from tests.engine.engine import BASE_IMAGE, image_names, run

pytestmark = [pytest.mark.install, pytest.mark.xdist_group("podman")]

SERVICES = {
    "standalone": {"postgres", "valkey", "gateway"},
    "federated": {"postgres", "valkey", "step-ca", "gateway"},
}
NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}
STAYS_OFF = "the containers will not start again after a reboot"


@pytest.fixture(scope="module", params=sorted(RELEASES))
def podman(
    request: pytest.FixtureRequest, missing_for_engine: str, wheels: Path, built_image: str
) -> Iterator[PodmanMachine]:
    """A machine with that version of Podman, where `docker` means this; it built its own image."""
    version: str = request.param
    root = root_of(version)
    if missing_for_engine or root is None:
        pytest.skip(f"Podman {version} is missing; `scripts/test-podman` makes it on Debian 12")
    from mosaic_installer.machine.images.store import LocalImages

    with PodmanMachine.opened(root) as machine, pytest.MonkeyPatch.context() as patch:
        machine.load(image_names())
        patch.setenv("DOCKER_HOST", machine.address)
        assert machine.version().startswith(f"{version}.")
        images = LocalImages(wheels, lambda _text: None)
        images.build(built_image, BASE_IMAGE)
        assert images.is_built(built_image, BASE_IMAGE)
        yield machine


@pytest.fixture
def place(podman: PodmanMachine, free_port: int) -> Iterator[InnerSite]:
    """A place for an installation on that machine; all of it goes with the test."""
    with tempfile.TemporaryDirectory(dir=podman.shared) as name:
        folder = Path(name)
        (folder / "user").mkdir()
        site = InnerSite(
            home=folder / "m", user=folder / "user", port=free_port, within=podman.within
        )
        try:
            yield site
        finally:
            Stack(site=site).clear()
            site.end()


@pytest.mark.sampled(0)
@pytest.mark.parametrize("tier", sorted(SERVICES))
def test_an_installation_from_its_beginning_to_its_end(
    place: InnerSite, tier: str, new_port: Callable[[], int]
) -> None:
    stack = Stack(site=place)
    done = stack.install("--yes", MOSAIC_STORAGE_TIER=tier)
    assert "was not tested with Mosaic" not in done.stderr
    assert place.has_working_token()
    assert stack.services() == SERVICES[tier]

    before = place.snapshot()
    started = {name: stack.inspect(name)["State"]["StartedAt"] for name in SERVICES[tier]}
    assert "Already up to date" in stack.run("install", "--yes").stderr
    assert place.snapshot() == before
    for name, moment in started.items():
        assert stack.inspect(name)["State"]["StartedAt"] == moment

    shown = stack.run("status", "--json").document
    assert {row["name"]: row["state"] for row in shown["services"]} == dict.fromkeys(
        SERVICES[tier], "healthy"
    )
    assert shown["gateway"]["healthy"]
    assert "checks passed" in stack.run("doctor").said
    for name in SERVICES[tier]:
        assert stack.run("gateway", "logs", "--service", name, "--lines", "5").stdout

    place.token_file.unlink()
    stack.run("token", "recover")
    assert place.has_working_token()

    moved = replace(place, port=new_port())
    moved.run("config", "set", f"gateway.port={moved.port}")
    moved.run("install", "--yes")
    assert moved.has_working_token()
    assert "Already up to date" in moved.run("install", "--yes").stderr

    moved.run("uninstall", "--purge", "--yes")
    assert stack.made() == NOTHING
    assert not place.home.exists()


@pytest.mark.sampled(0)
def test_it_comes_back_with_the_machine_where_the_unit_is_enabled(
    podman: PodmanMachine, place: InnerSite
) -> None:
    stack = Stack(site=place)
    podman.disable_restarts()
    assert STAYS_OFF in stack.install("--yes").stderr
    podman.enable_restarts()
    assert STAYS_OFF not in stack.run("doctor").said
    podman.reboot()
    again = replace(place, within=podman.within)
    eventually(lambda: again.run("status", code=(0, 6)).code == 0, "it is healthy again")
    assert again.has_working_token()
    assert "Already up to date" in again.run("install", "--yes").stderr


@pytest.mark.sampled(0)
def test_a_stop_is_no_crash_and_data_that_is_kept_is_found_again(place: InnerSite) -> None:
    stack = Stack(site=place)
    stack.install("--yes")
    run("docker", "compose", "--project-directory", str(place.config / "compose"), "stop")
    for name in SERVICES["standalone"]:
        assert stack.inspect(name)["State"]["ExitCode"] == 0, name
    assert (
        "database system is shut down"
        in stack.run("gateway", "logs", "--service", "postgres").stdout
    )
    stack.run("doctor", "--fix")
    assert place.has_working_token()
    stack.run("uninstall", "--yes")
    assert stack.made()["containers"] == []
    assert len(stack.made()["volumes"]) == 2
    stack.install("--yes")
    assert place.has_working_token()
    assert stack.psql("SELECT count(*) FROM users") == "1"


@pytest.mark.sampled(0)
def test_the_local_tier_beside_it_asks_no_engine(place: InnerSite) -> None:
    place.install("--yes", MOSAIC_STORAGE_TIER="local")
    assert place.has_working_token()
    assert "Podman" not in place.run("doctor").said
    place.run("uninstall", "--purge", "--yes")
    assert not place.home.exists()
