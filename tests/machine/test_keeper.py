"""On which machine of a Swarm an installation is kept, and who may act on its services."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import keeper_label
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine import lost_stack
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Documents, Reader
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.keeper import other_keeper
from mosaic_installer.machine.engine.swarm.part import services_of_manager

pytestmark = pytest.mark.unit

LAYOUT = Layout.under(Path("/srv/mosaic"))
MARKS = {labels.PROJECT: "p", labels.HOME: str(LAYOUT.root), labels.SERVICE: "postgres"}
SERVICE = {
    "ID": "s1",
    "Spec": {"Name": "p_postgres", "Labels": MARKS, "Mode": {"Replicated": {"Replicas": 1}}},
}


def node(number: int, project: str = "", state: str = "ready") -> dict[str, Any]:
    marks = {keeper_label(project): "yes"} if project else {}
    described = {"Hostname": f"node{number}"}
    return {
        "ID": f"n{number}",
        "Spec": {"Labels": marks},
        "Status": {"State": state},
        "Description": described,
    }


class Manager(Reader):
    """The engine of the second of these nodes."""

    def __init__(self, *rows: Mapping[str, Any], is_manager: bool = True) -> None:
        self._rows = rows
        self._is_manager = is_manager

    def info(self) -> Mapping[str, Any]:
        return {"Swarm": {"NodeID": "n2", "ControlAvailable": self._is_manager}}

    def nodes(self) -> Documents:
        assert self._is_manager, "only a manager is asked"
        return self._rows

    def services(self, label: str = "") -> Documents:
        return (SERVICE,)

    def volumes(self, label: str = "") -> Documents:
        return ({"Name": "p_postgres", "Labels": MARKS},)

    def containers(self, label: str = "") -> Documents:
        return ()


HERE = Manager(node(1), node(2, "p"))
THERE = Manager(node(1, "p"), node(2))


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ((node(1, "p"), node(2)), "node1"),
        ((node(1, "p", "unknown"), node(2)), "node1"),
        ((node(1, "p", "down"), node(2)), ""),
        ((node(1, "p"), node(2, "p")), ""),
        ((node(1, "p2"), node(2)), ""),
        ((node(1), node(2)), ""),
    ],
)
def test_the_label_of_a_node_that_answers_says_who_has_it(rows: Any, name: str) -> None:
    assert other_keeper("p", rows, "n2") == name


def test_nothing_that_another_machine_has_installed_is_ours() -> None:
    stack = Stack(layout=LAYOUT, project="p", services=("postgres",), orchestrator="swarm")
    ours, others = (Found(stack, cast("Look", engine)) for engine in (HERE, THERE))
    assert (set(ours.services()), ours.volumes()) == ({"postgres"}, ("p_postgres",))
    assert not ours.is_copy()
    assert (others.services(), others.volumes()) == ({}, ())
    assert others.is_copy()
    with pytest.raises(InstallerError, match="installed from node1"):
        others.refuse_as_copy()
    left = Found(stack, cast("Look", Manager(is_manager=False)))
    assert left.volumes() == ("p_postgres",), "an engine that has left its Swarm"


def test_what_another_machine_has_in_a_folder_of_the_same_path_was_not_lost_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert [part.keeper for part in services_of_manager(THERE)] == ["node1"]
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}")
    for engine, count in ((HERE, 2), (THERE, 0)):
        monkeypatch.setattr(lost_stack, "Reader", lambda *_, engine=engine: engine)
        assert len(lost_stack.lost_parts(LAYOUT)) == count
