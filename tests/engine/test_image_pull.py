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

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.images.pull import LayerSizes, pull_images

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = pytest.mark.install

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
        pull_images(client, names, lambda *_: None)
    return raised.value


def test_images_are_pulled_with_progress(client: "DockerClient", pushed: dict[str, str]) -> None:
    heard: list[tuple[str, int, int]] = []
    threads = set()

    def hear(name: str, done: int, total: int) -> None:
        heard.append((name, done, total))
        threads.add(threading.current_thread())

    pull_images(client, list(pushed.values()), hear)
    assert threads == {threading.current_thread()}
    run("docker", "image", "inspect", *pushed.values())
    large = [(done, total) for name, done, total in heard if name == pushed["large"]]
    assert large[-1][0] == large[-1][1] >= SIZES["large"]
    assert large == sorted(large)
    assert len(large) > 2
    assert {name for name, _, _ in heard} <= set(pushed.values())


def test_what_is_here_is_pulled_in_no_time(client: "DockerClient", pushed: dict[str, str]) -> None:
    heard: list[int] = []
    pull_images(client, [pushed["small"]], lambda *_: None)
    pull_images(client, [pushed["small"]], lambda _, done, __: heard.append(done))
    pull_images(client, [], lambda *_: None)
    assert heard == []


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


def test_layers_count_once_and_only_while_they_come() -> None:
    sizes = LayerSizes()
    assert not sizes.hear({"status": "Pulling from library/x", "id": "1.0"})
    assert not sizes.hear({"status": "Pulling fs layer", "progressDetail": {}, "id": "a"})
    part = {"current": 5, "total": 10}
    assert sizes.hear({"status": "Downloading", "progressDetail": part, "id": "a"})
    assert sizes.hear({"status": "Downloading", "progressDetail": part, "id": "b"})
    assert sizes.sum() == (10, 20)
    assert sizes.hear({"status": "Download complete", "progressDetail": {}, "id": "a"})
    assert not sizes.hear({"status": "Extracting", "progressDetail": part, "id": "a"})
    assert not sizes.hear({"status": "Pull complete", "progressDetail": {}, "id": "a"})
    assert not sizes.hear({"status": "Already exists", "progressDetail": {}, "id": "c"})
    assert not sizes.hear({"status": "Status: Downloaded newer image for x"})
    assert sizes.sum() == (15, 20)
