"""Data that is nowhere to be seen: lost, or on nodes of a Swarm that cannot be asked now."""

from pathlib import Path
from typing import Any

import pytest
from tests.core.container_cases import with_engine
from tests.core.swarm_cases import HAS_SERVICES, LOST, MANAGER, ON_SWARM, WORKER
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers.engine import Swarm
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Documents, Reader
from mosaic_installer.machine.engine.swarm import probe
from mosaic_installer.machine.probe.surroundings import _lost

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("engine", "runtime", "lost"),
    [
        (with_engine(swarm=MANAGER), "swarm", ["postgres"]),
        (LOST, "swarm", []),
        (with_engine(swarm=WORKER), "swarm", []),
        (LOST, "container", ["postgres"]),
        ({**LOST, **HAS_SERVICES}, "container", []),
        (with_engine(), "container", ["postgres"]),
    ],
)
def test_nothing_is_called_lost_that_cannot_be_looked_for(
    tmp_path: Path, engine: dict[str, Any], runtime: str, lost: list[str]
) -> None:
    layout = Layout.under(tmp_path)
    proof = layout.config / "gateway/admin-token"
    proof.parent.mkdir(parents=True)
    proof.touch()
    answers = make_answers(**{**ON_SWARM, "gateway_runtime": runtime})
    assert list(_lost(make_facts(engine, layout=layout), answers)) == lost


class Reading(Reader):
    """An engine that says of its nodes what it is given; an error where that is None."""

    def __init__(self, rows: Documents | None) -> None:
        self._rows = rows

    def nodes(self) -> Documents:
        if self._rows is None:
            raise EngineError("context deadline exceeded")
        return self._rows


def test_a_manager_that_hears_of_no_node_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "data_elsewhere", lambda *_: ())
    info = {"Name": "node1", "Swarm": {"ControlAvailable": True, "Nodes": 3}}
    swarm = probe.membership_of(Swarm(), info)
    assert (swarm.name, swarm.is_manager, swarm.nodes) == ("node1", True, 3)
    assert probe.as_manager(swarm, "p", Reading([])).knows_nodes
    assert probe.as_manager(swarm, "p", Reading(None)).is_lost
