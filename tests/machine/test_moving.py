"""A move of data between nodes: how far it is, and what a volume says of itself meanwhile."""

import json
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from tests.machine.test_elsewhere import node

from mosaic_installer.core.containers.moved import move_label
from mosaic_installer.machine.engine.swarm import carry_program
from mosaic_installer.machine.engine.swarm.carrying import Carrier
from mosaic_installer.machine.engine.swarm.elsewhere import elsewhere_in
from mosaic_installer.machine.engine.swarm.moving import removal_of
from mosaic_installer.machine.engine.swarm.trying import trial_of
from mosaic_installer.machine.engine.swarm.way import NodeRef, unfinished_moves, way_of

pytestmark = pytest.mark.unit

CASES = Path(__file__).parents[1] / "cases"
ONE, TWO = NodeRef(node="n1", name="node1"), NodeRef(node="n2", name="node2")


def marked(row: dict[str, Any], mark: str) -> dict[str, Any]:
    row["Spec"]["Labels"][move_label("p", "postgres")] = mark
    return row


RUNS = [node(1, "postgres"), node(2)]
COPIES = [node(1, "postgres"), marked(node(2), "to")]
SWITCHES = [marked(node(1), "from"), marked(node(2), "to")]
BEGINS = [marked(node(1), "from"), node(2, "postgres")]
ENDED = [marked(node(1), "left"), node(2, "postgres")]


@pytest.mark.parametrize(
    ("rows", "at", "has_begun"),
    [
        (RUNS, (ONE,), None),
        (COPIES, (ONE,), False),
        (SWITCHES, (), False),
        (BEGINS, (TWO,), True),
        (ENDED, (TWO,), None),
    ],
)
def test_labels_say_how_far_a_move_is(rows: Any, at: Any, has_begun: Any) -> None:
    way = way_of(rows, "p", "postgres")
    assert (way.at, way.is_unfinished) == (at, has_begun is not None)
    moves = unfinished_moves("p", rows)
    assert [each.has_begun for each in moves] == ([] if has_begun is None else [has_begun])
    assert {(each.service, each.source, each.target) for each in moves} <= {
        ("postgres", "node1", "node2")
    }
    assert not way_of(rows, "other", "postgres").at


def test_a_move_waits_for_the_node_whose_old_data_is_to_be_put_away() -> None:
    lost = [marked(node(1, state="down"), "from"), node(2, "postgres")]
    assert unfinished_moves("p", lost) == ()


@pytest.mark.parametrize(
    ("rows", "this", "used", "old"),
    [
        (COPIES, "n1", [], ["node2"]),
        (SWITCHES, "n2", ["node1"], []),
        (SWITCHES, "n1", [], ["node2"]),
        (BEGINS, "n1", ["node2"], []),
        (ENDED, "n2", [], ["node1"]),
    ],
)
def test_old_data_is_told_from_what_is_used(rows: Any, this: str, used: Any, old: Any) -> None:
    found = list(elsewhere_in(rows, "p", this))
    assert [each.name for each in found if not each.is_old] == used
    assert [each.name for each in found if each.is_old] == old


@pytest.fixture
def volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A volume with a little of everything."""
    folder = tmp_path / "volume"
    (folder / "base").mkdir(parents=True)
    (folder / "base/1").write_bytes(b"rows")
    (folder / "base/2").hardlink_to(folder / "base/1")
    (folder / "link").symlink_to("base/1")
    (folder / "PG_VERSION").write_text("17\n")
    look_at(monkeypatch, folder)
    return folder


def look_at(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(carry_program, "VOLUME", folder)
    monkeypatch.setattr(carry_program, "COPY", folder / ".mosaic-copy")
    monkeypatch.setattr(carry_program, "MOVED", folder / ".mosaic-moved")


def test_a_whole_copy_measures_the_same(
    volume: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = carry_program.measure()
    assert (before["files"], before["bytes"]) == (2, 7)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / ".mosaic-copy").touch()
    with tarfile.open(tmp_path / "sent", "w|", format=tarfile.PAX_FORMAT) as sent:
        sent.add(volume, arcname=".", filter=carry_program.unmarked)
    with tarfile.open(tmp_path / "sent", "r|") as came:
        came.extractall(copy, numeric_owner=True, filter="fully_trusted")  # noqa: S202 - ours
    look_at(monkeypatch, copy)
    assert carry_program.measure() == before


def no_link(folder: Path) -> None:
    (folder / "base/2").unlink()
    shutil.copy2(folder / "base/1", folder / "base/2")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "base/1").write_bytes(b"Rows"),
        lambda folder: (folder / "base/1").chmod(0o600),
        lambda folder: os.utime(folder / "PG_VERSION", (1, 1)),
        lambda folder: (folder / "link").unlink(),
        lambda folder: (folder / "base/3").touch(),
        no_link,
    ],
)
def test_whatever_differs_is_noticed(volume: Path, change: Any) -> None:
    (volume / "base/1").chmod(0o644)
    before = carry_program.measure()["digest"]
    change(volume)
    assert carry_program.measure()["digest"] != before


def test_a_volume_is_free_if_it_is_empty_or_a_copy_that_nothing_began_with(volume: Path) -> None:
    assert carry_program.kind() == carry_program.HAS_DATA
    (volume / ".mosaic-copy").touch()
    assert carry_program.kind() == carry_program.FREE
    carry_program.clear()
    assert [path.name for path in volume.iterdir()] == [".mosaic-copy"]
    carry_program.begin()
    assert carry_program.kind() == carry_program.FREE
    carry_program.retire("node2")
    assert carry_program.kind() == carry_program.HAS_MOVED
    with pytest.raises(SystemExit, match="has data"):
        carry_program.clear()


def test_old_data_is_put_away_however_often_that_is_begun(
    volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_program, "hold", lambda: None)  # each time is a process of its own
    carry_program.retire("node2, at noon")
    carry_program.retire("node2, at noon")
    assert [path.name for path in volume.iterdir()] == [".mosaic-moved"]
    assert (volume / ".mosaic-moved/data/PG_VERSION").read_text() == "17\n"


@pytest.mark.parametrize("is_cut_off", [False, True])
def test_old_data_is_put_back_however_often_that_is_begun(
    volume: Path, monkeypatch: pytest.MonkeyPatch, *, is_cut_off: bool
) -> None:
    monkeypatch.setattr(carry_program, "hold", lambda: None)
    before = carry_program.measure()
    carry_program.retire("node2, at noon")
    if is_cut_off:
        (volume / ".mosaic-moved/data/link").rename(volume / "link")
    carry_program.restore()
    assert carry_program.measure()["files"] == before["files"]
    assert sorted(path.name for path in volume.iterdir()) == ["PG_VERSION", "base", "link"]
    carry_program.restore()
    assert carry_program.kind() == carry_program.HAS_DATA


def test_old_data_is_put_back_over_nothing_else(
    volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_program, "hold", lambda: None)
    carry_program.retire("node2, at noon")
    (volume / "PG_VERSION").write_text("18\n")
    with pytest.raises(SystemExit, match="PG_VERSION of its own"):
        carry_program.restore()
    assert (volume / "PG_VERSION").read_text() == "18\n"
    assert (volume / ".mosaic-moved/data/PG_VERSION").read_text() == "17\n"


@pytest.mark.parametrize("name", ["postgres", "valkey", "step-ca"])
def test_a_copy_is_tried_where_nobody_reaches_it(name: str) -> None:
    services = json.loads((CASES / "swarm/files/config/compose/swarm.json").read_text())["services"]
    spec = services[name]["spec"]
    job = trial_of(spec, "n2")
    task = job["TaskTemplate"]
    assert task["Placement"] == {"Constraints": ["node.id==n2"]}
    assert [each["Aliases"] for each in task["Networks"]] == [[]]
    assert "Ports" not in job["EndpointSpec"]
    assert "org.mosaicstack.service" not in job["Labels"]
    container, like = task["ContainerSpec"], spec["TaskTemplate"]["ContainerSpec"]
    assert container["Healthcheck"] == like["Healthcheck"]
    assert container["Mounts"] == like["Mounts"]
    assert container["Command"][3:] == like["Command"][3:]
    assert "the copy is not in the volume" in container["Command"][2]
    assert "that nothing has begun with" in like["Command"][2]  # which a trial must not heed
    assert "that nothing has begun with" not in container["Command"][2]


def test_what_carries_data_only_reads_the_source(volume: Path) -> None:
    gateway: Any = {
        "Name": "p_gateway",
        "Labels": {"org.mosaicstack.service": "gateway", "org.mosaicstack.project": "p"},
        "TaskTemplate": {"ContainerSpec": {"Image": "sha256:1", "Secrets": [{}]}},
    }
    mount = {"Type": "volume", "Source": "p_postgres", "VolumeOptions": {"Labels": {"a": "b"}}}
    carrier = Carrier(None, gateway, mount, "network")  # type: ignore[arg-type]  # nothing is done
    sending, receiving = carrier.job(ONE, "send", "name"), carrier.job(TWO, "receive")
    for job, place, is_read in ((sending, "n1", True), (receiving, "n2", False)):
        task = job["TaskTemplate"]
        assert task["Placement"] == {"Constraints": [f"node.id=={place}"]}
        assert task["ContainerSpec"]["Mounts"][0]["ReadOnly"] is is_read
        assert task["ContainerSpec"]["Mounts"][0]["VolumeOptions"] == mount["VolumeOptions"]
        assert "Secrets" not in task["ContainerSpec"]
        assert job["Labels"] == {"org.mosaicstack.project": "p"}


def test_the_command_that_removes_old_data_ends_nothing_that_runs() -> None:
    assert "docker rm;" in removal_of("p_postgres")
    assert "force" not in removal_of("p_postgres")
