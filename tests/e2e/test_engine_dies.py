"""The container engine dies while an installation is made: the run ends at once, the next does."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.e2e.held_runc import When
from tests.e2e.program import ADMIN, Codes, Done
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack

pytestmark = [pytest.mark.install, pytest.mark.xdist_group("second-engine")]

STANDALONE: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}
SERVERS = ("postgres", "valkey-server")
SOON = 60.0
"""Seconds; what breaks off has to be noticed, not waited for."""


@contextmanager
def events() -> Iterator[Iterator[str]]:
    """What happens on the engine, as lines like `container start valkey`."""
    service = '{{index .Actor.Attributes "org.mosaicstack.service"}}'
    command = ("docker", "events", f"--format={{{{.Type}}}} {{{{.Action}}}} {service}")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as listening:
        assert listening.stdout is not None
        try:
            yield iter(listening.stdout)
        finally:
            listening.kill()


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("container create postgres", 5),
        ("container start valkey", 5),
        ("container health_status: healthy valkey", 5),
        # By then the gateway is what we talk to: `mosaic status`, as the hint says, tells the rest.
        ("container health_status: healthy gateway", (1, 5)),
    ],
)
def test_the_engine_dies(
    far_stack: Stack, second_engine: SecondEngine, moment: str, code: Codes
) -> None:
    with (
        events() as happening,
        far_stack.site.start("install", "--yes", **STANDALONE, **ADMIN) as process,
    ):
        assert any(line.startswith(moment) for line in happening)
        second_engine.kill()
        _, said = process.communicate(timeout=SOON)
    done = Done(code=process.returncode, stdout="", stderr=said)
    assert done.code in (code if isinstance(code, tuple) else (code,)), said
    done.says("does not answer")
    far_stack.run("status", code=5).says("the container engine does not answer", "start it")
    second_engine.start()
    far_stack.install("--yes")
    assert far_stack.site.has_working_token()
    assert far_stack.psql("SELECT count(*) FROM users") == "1"
    assert "Already up to date" in far_stack.run("install", "--yes").said


@pytest.mark.sampled(1)
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_left_of_containers_that_the_engine_lost(
    far_stack: Stack, second_engine: SecondEngine, when: When
) -> None:
    # Both servers were made, or have begun even; the engine noted neither.
    with second_engine.runc.holding(when) as wait_for_one:
        process = far_stack.site.start("install", "--yes", **STANDALONE, **ADMIN)
        for _server in SERVERS:
            wait_for_one()
        second_engine.kill()
    with process:
        process.communicate(timeout=SOON)
    second_engine.start()
    assert len(second_engine.first_processes()) == len(SERVERS), "the lost ones"
    far_stack.install("--yes")
    assert far_stack.site.has_working_token()
    assert len(second_engine.first_processes()) == len(SERVERS) + 1, "new ones, and the gateway's"
    assert "Already up to date" in far_stack.run("install", "--yes").said
