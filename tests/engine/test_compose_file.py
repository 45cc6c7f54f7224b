"""Every compose file that the golden cases render is one that both Composes understand."""

import json
from pathlib import Path

import pytest
from tests.engine.engine import Engine, run

pytestmark = pytest.mark.install

CASES = Path(__file__).parents[1] / "cases"
FILES = sorted(CASES.glob("*/files/config/compose/compose.yaml"))


def test_there_are_some() -> None:
    assert {"standalone", "standalone-options", "federated"} <= {
        path.relative_to(CASES).parts[0] for path in FILES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(CASES).parts[0])
def test_both_composes_understand_it(engine: Engine, file: Path) -> None:
    name = ("--project-name", "mosaic-test", "--file", str(file))
    run("docker-compose", *name, "config", "--quiet")
    said = run("docker", "compose", *name, "config", "--format", "json").stdout
    services = json.loads(said)["services"]
    for service, row in services.items():
        assert row["labels"]["org.mosaicstack.service"] == service
        assert row["labels"]["org.mosaicstack.home"] == "/srv/mosaic"
        assert row["restart"] == "unless-stopped"
        assert row["read_only"] is True
        assert row["security_opt"] == ["no-new-privileges:true"]
        assert int(row["mem_limit"]) > 0
        assert row["pids_limit"] > 0
        assert ":latest" not in row["image"]
        for port in row.get("ports", ()):
            assert port["host_ip"] == "127.0.0.1"
