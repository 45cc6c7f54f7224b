"""The disk of the container engine is full: said before, or when it happens; then it goes on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.engine.engine import run as engine_run

from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.images.build import ask_for_target
from mosaic_installer.machine.images.wheels import collect_wheels

pytestmark = [pytest.mark.install, pytest.mark.xdist_group("second-engine")]

MEBIBYTE = 1024**2
PASSED_OVER = ("--ignore", "engine-disk-is-enough")
BASE = "python:3.13-slim"
POSTGRES = "pgvector/pgvector:pg17"


@pytest.fixture
def unbuilt(
    far_stack: Stack, second_engine: SecondEngine, built_image: str, wheels: Path
) -> Iterator[Stack]:
    """An engine on which nobody built the gateway's image, and what that is made of.

    There is no network in which pip could fetch it.
    """
    kept = far_stack.site.home / "state" / "wheels"
    collected = collect_wheels(ask_for_target(find_engine(), BASE), wheels)
    shutil.copytree(collected[0].parent, kept / collected[0].parent.name)
    engine_run("docker", "image", "rm", "--force", built_image)
    yield far_stack
    second_engine.mend()
    if not has_image(second_engine, built_image):
        second_engine.load((built_image,))


def has_image(engine: SecondEngine, name: str) -> bool:
    words = ("docker", "--host", engine.address, "image", "inspect", name)
    return not engine_run(*words, code=None).code


def test_too_little_room_is_found_before(far_stack: Stack, second_engine: SecondEngine) -> None:
    second_engine.fill(but=1024 * MEBIBYTE)
    done = far_stack.install("--yes", code=4)
    done.says(f"1.0 GiB free below `{second_engine.data}`", "docker system df")
    assert not far_stack.site.home.exists()


@pytest.fixture(scope="module")
def size_of_a_database(second_engine: SecondEngine) -> int:
    """Bytes on the disk of a database that was just made, which is the least that one takes."""
    make = "initdb --pgdata=/tmp/made >/dev/null && du --summarize --block-size=1 /tmp/made"
    options = ("--rm", "--network=none", "--user=postgres", "--entrypoint=sh")
    command = ("docker", "--host", second_engine.address, "run", *options, POSTGRES, "-c", make)
    return int(engine_run(*command).stdout.split()[0])


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("part", "words"),
    [
        pytest.param(0, "no space left on device", id="nothing fits"),
        pytest.param(0.1, "the container of postgres: ", id="no database fits"),
        pytest.param(0.5, "the container of postgres: ", id="not all of it fits"),
    ],
)
def test_no_room_for_servers(
    far_stack: Stack,
    second_engine: SecondEngine,
    size_of_a_database: int,
    part: float,
    words: str,
) -> None:
    second_engine.fill(but=int(part * size_of_a_database))
    done = far_stack.install("--yes", "--json", *PASSED_OVER, code=5)
    done.says("the container engine has no space left", words, "docker system prune")
    (failed,) = [event for event in done.events if event["event"] == "action_failed"]
    assert failed["id"] == "engine-disk-full"
    second_engine.make_room()
    far_stack.install("--yes")
    assert far_stack.site.has_working_token()


def is_told_of_no_room_for_the_image(stack: Stack, engine: SecondEngine) -> None:
    engine.fill(but=60 * MEBIBYTE)
    done = stack.install("--yes", *PASSED_OVER, code=5)
    done.says("image `mosaic-gateway:", "the container engine has no space left")
    engine.make_room()


def test_no_room_for_the_gateways_image(
    unbuilt: Stack, second_engine: SecondEngine, built_image: str
) -> None:
    is_told_of_no_room_for_the_image(unbuilt, second_engine)
    # Another installation has built it meanwhile.
    second_engine.load((built_image,))
    unbuilt.install("--yes")
    assert unbuilt.site.has_working_token()


@pytest.mark.sampled(0)
def test_the_gateways_image_is_built_once_there_is_room(
    unbuilt: Stack, second_engine: SecondEngine
) -> None:
    is_told_of_no_room_for_the_image(unbuilt, second_engine)
    unbuilt.install("--yes")
    assert unbuilt.site.has_working_token()
