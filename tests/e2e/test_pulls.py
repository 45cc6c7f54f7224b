"""Images that come from a registry over a slow wire: what a person sees of it, and a program."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN
from tests.e2e.stack import Stack
from tests.e2e.terminal import CTRL_C, Terminal
from tests.engine import registry as registries
from tests.engine.engine import Engine, images_here
from tests.engine.engine import run as engine_run
from tests.engine.registry import running_registry
from tests.engine.slow_wire import slow_wire

pytestmark = pytest.mark.install

ONLY = ("--only", "images")
"""What is gone on with after an image was fetched is the same in all of these tests."""

SIZE, BYTES_PER_SECOND = 8_000_000, 4_000_000
LIKE = {"POSTGRES": "pgvector/pgvector:pg17", "VALKEY": "valkey/valkey:8-alpine"}


@pytest.fixture(scope="module")
def pushed(
    missing_for_engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The variables that name images of servers: in a registry, and not on the engine."""
    absent = missing_for_engine or ("" if registries.is_here() else "a container registry")
    if absent:
        pytest.skip(f"{absent} is missing; `scripts/test-engine` sets up Debian 12")
    with (
        Engine.opened() as engine,
        running_registry(tmp_path_factory.mktemp("registry")) as registry,
        slow_wire(registry.port, BYTES_PER_SECOND) as port,
    ):
        names = {}
        for service, like in LIKE.items():
            content = tmp_path_factory.mktemp(service) / "content"
            content.write_bytes(os.urandom(SIZE))
            image = f"{service.lower()}:{secrets.token_hex(4)}"
            path = registry.push_larger(engine, image, like, content)
            names[f"MOSAIC_{service}_IMAGE"] = f"127.0.0.1:{port}/{path}"
        yield names


@pytest.fixture
def slow_images(pushed: dict[str, Any], stack: Stack) -> Iterator[dict[str, Any]]:
    yield pushed
    stack.clear()
    engine_run("docker", "image", "rm", "--force", *pushed.values(), code=None)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("columns", [40, 100])
def test_a_person_sees_a_bar_for_each(
    stack: Stack, slow_images: dict[str, Any], columns: int
) -> None:
    variables = {"MOSAIC_STORAGE_TIER": "standalone", **slow_images, **ADMIN}
    with Terminal(stack.site, "install", "--yes", columns=columns, **variables) as terminal:
        terminal.sees("█", "downloading")
        rows = [line for line in terminal.lines if "░" in line or "█" in line]
        assert len(rows) == len(slow_images)
        assert all(len(line) <= columns for line in terminal.lines)
        names = [name.rpartition("/")[2][:8] for name in sorted(slow_images.values())]
        assert all(name in row for name, row in zip(names, rows, strict=True))
        terminal.sees("Mosaic is ready").ends()
        assert "extracting" in terminal.raw
        assert "█" not in terminal.text, "bars go when all is here"


def test_ctrl_c_leaves_a_clean_screen_and_the_next_run_fetches_the_rest(
    stack: Stack, slow_images: dict[str, Any]
) -> None:
    variables = {"MOSAIC_STORAGE_TIER": "standalone", **slow_images, **ADMIN}
    with Terminal(stack.site, "install", "--yes", NO_COLOR="1", **variables) as terminal:
        terminal.sees("█", "downloading").types(CTRL_C).ends(130)
        terminal.sees("interrupted at: Download", "continues from here")
        assert "█" not in terminal.text
        assert terminal.raw.rstrip().rindex("\x1b[?25h") > terminal.raw.rindex("\x1b[?25l")
    assert stack.made()["containers"] == []
    events = stack.install("--yes", "--json", *ONLY, **slow_images).events
    assert events[-1]["ok"] is True
    assert set(slow_images.values()) <= set(images_here())


def test_a_run_that_is_killed_while_it_fetches_is_gone_on_with(
    stack: Stack, slow_images: dict[str, Any]
) -> None:
    variables = {"MOSAIC_STORAGE_TIER": "standalone", **slow_images, **ADMIN}
    with stack.site.start("install", "--yes", "--json", **variables) as process:
        assert process.stdout is not None
        told = (json.loads(line).get("share") or {} for line in process.stdout)
        assert any(share.get("percent", 0) > 20 for share in told)
        process.kill()
    stack.install("--yes", **slow_images)
    assert stack.site.has_working_token()


def test_a_program_hears_of_each(stack: Stack, slow_images: dict[str, Any]) -> None:
    events = stack.install("--yes", "--json", *ONLY, **slow_images).events
    shares = [event["share"] for event in events if event.get("share")]
    for name in slow_images.values():
        told = [share for share in shares if share["of"] == name]
        assert told[0] == {"of": name, "phase": "downloading", "percent": 0}
        assert told[-1] == {"of": name, "phase": "done", "percent": 100}
        assert len(told) > 5
    assert {share["of"] for share in shares} == set(slow_images.values())


@pytest.fixture
def moving_tag(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """The name of an image like Valkey's, which is going to be another one."""
    name = f"mosaic-test-moving:{secrets.token_hex(4)}"
    engine_run("docker", "tag", LIKE["VALKEY"], name)
    yield name
    stack.clear()
    engine_run("docker", "image", "rm", "--force", name)


def test_only_a_container_whose_image_was_fetched_anew_is_made_anew(
    stack: Stack, moving_tag: str, tmp_path: Path
) -> None:
    stack.install("--yes", MOSAIC_VALKEY_IMAGE=moving_tag)
    before = {name: stack.container(name) for name in ("postgres", "valkey", "gateway")}
    (tmp_path / "Dockerfile").write_text(f"FROM {LIKE['VALKEY']}\nLABEL newer=yes\n")
    engine_run("docker", "build", "--quiet", f"--tag={moving_tag}", str(tmp_path))
    stack.run("doctor", code=9)
    events = stack.run("install", "--yes", "--json").events
    words = f"making valkey anew: {moving_tag} is another image by now"
    assert [event["text"] for event in events if "anew" in event.get("text", "")] == [words]
    after = {name: stack.container(name) for name in before}
    assert {name for name in before if before[name] != after[name]} == {"valkey"}
    assert stack.inspect("valkey")["Config"]["Labels"]["newer"] == "yes"
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").said


@pytest.mark.sampled(0)
def test_what_is_newer_in_its_registry_is_fetched_where_that_is_asked_for(
    stack: Stack, tmp_path: Path
) -> None:
    content = tmp_path / "image" / "content"
    content.parent.mkdir()
    with Engine.opened() as engine, running_registry(tmp_path) as registry:
        address = registry.name("").partition("/")[0]

        def push() -> str:
            content.write_bytes(os.urandom(1000))
            return registry.push_larger(engine, "moving:1", LIKE["VALKEY"], content)

        name = f"{address}/{push()}"
        try:
            stack.install("--yes", MOSAIC_VALKEY_IMAGE=name)
            assert "Already up to date" in stack.run("install", "--yes", "--pull").said
            old = stack.container("valkey")
            engine_run("docker", "tag", name, f"{name}-kept")
            push()
            engine_run("docker", "tag", f"{name}-kept", name)
            assert "Already up to date" in stack.run("install", "--yes").said
            stack.run("install", "--yes", "--pull", "--check", code=9)
            said = stack.run("install", "--yes", "--pull").said
            assert f"Download what is newer of {name}" in said
            assert stack.container("valkey") != old
            assert stack.site.has_working_token()
            assert "Already up to date" in stack.run("install", "--yes", "--pull").said
        finally:
            stack.clear()
            engine_run("docker", "image", "rm", "--force", name, f"{name}-kept", code=None)


@pytest.mark.sampled(0)
def test_on_another_base_of_the_same_name_the_gateways_image_is_built_again(
    stack: Stack, tmp_path: Path
) -> None:
    base = f"mosaic-test-base:{secrets.token_hex(4)}"
    engine_run("docker", "tag", "python:3.13-slim", base)
    try:
        stack.install("--yes", MOSAIC_PYTHON_IMAGE=base)
        before = {name: stack.container(name) for name in ("postgres", "gateway")}
        (tmp_path / "Dockerfile").write_text(f"FROM {base}\nLABEL newer=yes\n")
        engine_run("docker", "build", "--quiet", f"--tag={base}", str(tmp_path))
        stack.run("install", "--yes", "--check", code=9)
        assert "Build the gateway image" in stack.run("install", "--yes").said
        assert stack.container("postgres") == before["postgres"]
        assert stack.container("gateway") != before["gateway"]
        assert stack.inspect("gateway")["Config"]["Labels"]["newer"] == "yes"
        assert "Already up to date" in stack.run("install", "--yes").said
    finally:
        stack.clear()
        engine_run("docker", "image", "rm", "--force", base, code=None)
