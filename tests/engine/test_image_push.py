"""Pushing to a real registry: what it has then, and what is said of one that is not there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.engine import registry as registries
from tests.engine.engine import Engine, run
from tests.engine.registry import Registry, running_registry
from tests.ports import reserve_port

from mosaic_installer.core.share import Said, Share
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.images.store import LocalImages

pytestmark = pytest.mark.install


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    if not registries.is_here():
        pytest.skip("a container registry is missing; `scripts/test-engine` sets up Debian 12")
    with running_registry(tmp_path) as running:
        yield running


@pytest.fixture
def image(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """An image that was made here, and that nobody else has."""
    name = f"mosaic-test-push:{secrets.token_hex(4)}"
    yield imported(engine, tmp_path, name)
    run("docker", "image", "rm", "--force", name, code=None)


def imported(engine: Engine, folder: Path, name: str) -> str:
    content, tar = folder / "content", folder / "content.tar"
    content.write_bytes(os.urandom(2_000_000))
    run("tar", "--create", f"--file={tar}", f"--directory={folder}", content.name)
    run("docker", "import", f"--change=LABEL {engine.label}", str(tar), name)
    return name


def test_the_registry_has_an_image_as_it_is_here_or_it_is_pushed(
    engine: Engine, registry: Registry, image: str, tmp_path: Path
) -> None:
    said: list[Said] = []
    images = LocalImages(tmp_path, said.append)
    names = {image: registry.name(image)}
    registry.pushed.append(names[image])
    assert images.not_pushed(names) == (image,)
    images.push(names)
    assert images.not_pushed(names) == ()
    assert said[0] == Share(of=names[image], phase="uploading", percent=0)
    assert said[-1] == Share(of=names[image], phase="done", percent=100)
    # Tagged again, as by a build: what the registry has is the former one.
    imported(engine, tmp_path, image)
    assert images.not_pushed(names) == (image,)
    images.push(names)
    assert images.not_pushed(names) == ()


def test_a_registry_that_is_not_there_is_told_with_this_node(
    engine: Engine, image: str, tmp_path: Path
) -> None:
    with ExitStack() as reserved:
        name = f"127.0.0.1:{reserve_port(reserved)}/{image}"
        try:
            with pytest.raises(EngineError) as raised:
                LocalImages(tmp_path, print).push({image: name})
        finally:
            run("docker", "image", "rm", "--force", name, code=None)
    assert raised.value.identifier == "registry-unreachable"
    assert "connection refused" in raised.value.message
    node = run("docker", "info", "--format={{.Name}}").stdout.strip()
    assert f"node {node}: `{name}`" in raised.value.message
