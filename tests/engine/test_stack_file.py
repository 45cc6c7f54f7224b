"""Every `stack.yaml` that the golden cases render is one that `docker stack` understands."""

from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are another package
from tests.engine.engine import run

pytestmark = pytest.mark.install

CASES = Path(__file__).parents[1] / "cases"
FILES = sorted(CASES.glob("*/stack.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.parent.name)
def test_docker_reads_all_of_it(missing_for_engine: str, file: Path) -> None:
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    read = yaml.safe_load(run("docker", "stack", "config", "--compose-file", str(file)).stdout)
    written = yaml.safe_load(file.read_text().replace("$$", "$"))
    assert read["services"].keys() == written["services"].keys()
    for name, row in written["services"].items():
        found = read["services"][name]
        assert row.keys() <= found.keys(), "it drops what it does not know without a word"
        assert found["entrypoint"] == row["entrypoint"] if "entrypoint" in row else True
        assert found["deploy"]["placement"] == row["deploy"]["placement"]
    contents = read["secrets"] | read["configs"]
    assert all(each["external"] is True and "file" not in each for each in contents.values())
