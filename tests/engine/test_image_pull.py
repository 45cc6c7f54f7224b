"""Pulling from a real registry, and from those that refuse, are closed, or are not there."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine import registry as registries
from tests.engine.engine import Engine, eventually, run
from tests.engine.registry import Registry, running_registry, stand_in_for_docker_hub

from mosaic_installer.core.containers.registry_image import RegistryImage
from mosaic_installer.core.share import Share
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.images.pull import Layers, pull_images
from mosaic_installer.machine.images.registry import digests_of, registry_images

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = pytest.mark.install

PHASES = ("downloading", "extracting", "done")
SIZES = {"large": 40_000_000, "small": 3_000_000}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    if not registries.is_here():
        pytest.skip("a container registry is missing; `scripts/test-engine` sets up Debian 12")
    with running_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def client(engine: Engine) -> Iterator["DockerClient"]:
    with closing(find_engine()) as opened:
        yield opened


@pytest.fixture
def pushed(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Images that nobody has: their content is new."""
    names = {}
    for kind, size in SIZES.items():
        content = tmp_path / kind
        content.write_bytes(os.urandom(size))
        names[kind] = registry.push(engine, f"{kind}:{secrets.token_hex(4)}", content)
    yield names
    for name in names.values():
        run("docker", "image", "rm", "--force", name, code=None)


def refusal(client: "DockerClient", *names: str) -> EngineError:
    with pytest.raises(EngineError) as raised:
        pull_images(client, names, lambda _share: None)
    return raised.value


def test_images_are_pulled_with_progress(client: "DockerClient", pushed: dict[str, str]) -> None:
    heard: list[Share] = []
    threads = set()

    def hear(share: Share) -> None:
        heard.append(share)
        threads.add(threading.current_thread())

    pull_images(client, list(pushed.values()), hear)
    assert threads == {threading.current_thread()}
    run("docker", "image", "inspect", *pushed.values())
    assert {share.of for share in heard} == set(pushed.values())
    for name in pushed.values():
        shares = [share for share in heard if share.of == name]
        assert shares[0] == Share(of=name, phase="downloading", percent=0)
        assert shares[-1] == Share(of=name, phase="done", percent=100)
        assert len(set(shares)) == len(shares)
        steps = [(PHASES.index(share.phase), share.percent) for share in shares]
        assert steps == sorted(steps)
    large = [share.phase for share in heard if share.of == pushed["large"]]
    assert large.count("downloading") > 2
    assert large.count("extracting") > 1


def test_what_is_here_is_pulled_in_no_time(client: "DockerClient", pushed: dict[str, str]) -> None:
    heard: list[str] = []
    pull_images(client, [pushed["small"]], lambda _share: None)
    pull_images(client, [pushed["small"]], lambda share: heard.append(share.phase))
    pull_images(client, [], lambda share: heard.append(share.phase))
    assert heard == ["downloading", "done"]


def test_what_is_newer_in_a_registry_is_known_before_it_is_fetched(
    engine: Engine, client: "DockerClient", registry: Registry, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    content.write_bytes(os.urandom(1000))
    name = registry.push(engine, "moving:1", content)
    kept, unknown = registry.name("kept:1"), registry.name("moving:never-pushed")
    pull_images(client, [name], lambda _share: None)
    run("docker", "tag", name, kept)
    try:
        (same,) = registry_images([name, registry.name("absent:1")])
        assert same == RegistryImage(name=name, digest=same.digest)
        assert {same.digest} == digests_of(name)

        content.write_bytes(os.urandom(1000))
        registry.push(engine, "moving:1", content)
        run("docker", "tag", kept, name)
        (newer,) = registry_images([name])
        assert not newer.is_here
        assert not newer.reason

        pull_images(client, [name], lambda _share: None)
        assert newer.digest in digests_of(name)
        assert [image.is_here for image in registry_images([name])] == [True]

        run("docker", "tag", name, unknown)
        assert "shows no such image" in registry_images([unknown])[0].reason
    finally:
        run("docker", "image", "rm", "--force", name, kept, unknown, code=None)


def test_an_image_that_the_registry_does_not_know(
    client: "DockerClient", registry: Registry, pushed: dict[str, str]
) -> None:
    for name in (registry.name("no-such-image:1"), f"{pushed['small']}-none"):
        error = refusal(client, name)
        assert error.identifier == "image-missing"
        assert name in error.message


def test_the_first_failure_ends_the_wait_but_not_what_is_underway(
    client: "DockerClient", registry: Registry, pushed: dict[str, str]
) -> None:
    error = refusal(client, registry.name("no-such-image:1"), pushed["large"])
    assert error.identifier == "image-missing"
    inspect = ("docker", "image", "inspect", pushed["large"])
    eventually(lambda: not run(*inspect, code=None).code, "what was underway is there, too")


def test_an_image_for_other_machines(
    client: "DockerClient", registry: Registry, pushed: dict[str, str]
) -> None:
    name = registry.add_foreign("foreign", pushed["small"])
    assert refusal(client, name).identifier == "image-architecture"


def test_a_registry_that_is_closed(client: "DockerClient", free_port: int) -> None:
    error = refusal(client, f"127.0.0.1:{free_port}/some/image:1")
    assert error.identifier == "registry-unreachable"
    assert "some/image:1" in error.message
    assert "proxy" in error.hint


def test_a_registry_that_no_name_leads_to(client: "DockerClient") -> None:
    error = refusal(client, "registry.invalid/some/image:1")
    assert error.identifier == "registry-unreachable"


def test_a_registry_that_had_enough(client: "DockerClient") -> None:
    with stand_in_for_docker_hub() as port:
        error = refusal(client, f"127.0.0.1:{port}/some/image:1")
    assert error.identifier == "registry-rate-limit"
    assert "docker login" in error.hint


def test_a_name_that_is_none(client: "DockerClient") -> None:
    assert refusal(client, "Not A Name").exit_code == 5


def test_layers_count_from_their_announcement_to_their_end() -> None:
    layers = Layers("x")

    def hear(status: str, layer: str = "", **detail: int) -> str:
        layers.hear({"status": status, "id": layer, "progressDetail": detail})
        return str(layers.share())

    assert hear("Pulling from library/x", "1.0") == "x: downloading 0 %"
    assert hear("Pulling fs layer", "a") == hear("Waiting", "b") == "x: downloading 0 %"
    assert hear("Already exists", "c") == "x: downloading 0 %"
    assert hear("Downloading", "a", current=5, total=10) == "x: downloading 25 %"
    assert hear("Download complete", "a") == "x: downloading 50 %"
    assert hear("Extracting", "a", current=5, total=10) == "x: downloading 50 %"
    assert hear("Downloading", "b", current=10, total=10) == "x: downloading 99 %"
    assert hear("Verifying Checksum", "b") == "x: extracting 25 %"
    assert hear("Pull complete", "a") == "x: extracting 50 %"
    assert hear("Extracting", "b") == "x: extracting 50 %", "an engine that says no numbers"
    assert hear("Pull complete", "b") == "x: extracting 100 %"
    assert hear("Status: Downloaded newer image for x") == "x: extracting 100 %"
