"""What a service of a Swarm looks for in its volume before it begins there."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers.moved import COPY, MOVED
from mosaic_installer.core.containers.swarm import swarm_text

pytestmark = pytest.mark.call


@pytest.mark.parametrize("service", ["postgres", "valkey"])
def test_no_service_begins_with_old_data_or_half_of_a_copy(tmp_path: Path, service: str) -> None:
    (tmp_path / "data").touch()
    text = swarm_text(make_facts(), make_answers(tier="standalone", gateway_runtime="swarm"))
    spec = json.loads(text)["services"][service]["spec"]["TaskTemplate"]["ContainerSpec"]
    guard = (*spec["Command"][:3], str(tmp_path), "echo", "begun")

    def said() -> str:
        done = subprocess.run(guard, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert said() == "begun\n"
    (tmp_path / COPY).touch()
    assert "a copy that nothing has begun with" in said()
    (tmp_path / COPY).unlink()
    assert said() == "begun\n"
    (tmp_path / MOVED).mkdir()
    (tmp_path / MOVED / "where").write_text("node2, at noon\n")
    assert "was moved to node2, at noon" in said()
