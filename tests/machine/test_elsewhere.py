"""Data on other nodes of a Swarm: found by labels, and touched by jobs there alone."""

import json
from typing import Any

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions.database import RESET_ALONE
from mosaic_installer.core.containers.swarm import node_label, swarm_text
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.swarm.beside import job_beside
from mosaic_installer.machine.engine.swarm.elsewhere import (
    Elsewhere,
    elsewhere_in,
    refuse_lost_nodes,
)
from mosaic_installer.machine.engine.swarm.emptying import emptying_job
from mosaic_installer.machine.engine.swarm.tasks import ran_last_on

pytestmark = pytest.mark.unit

FAR = Elsewhere(
    service="postgres",
    volume="p_postgres",
    node="n2",
    name="node2",
    is_up=True,
    label=node_label("p", "postgres"),
)


def node(number: int, *services: str, state: str = "ready", project: str = "p") -> dict[str, Any]:
    return {
        "ID": f"n{number}",
        "Spec": {"Labels": {node_label(project, each): "yes" for each in services}},
        "Description": {"Hostname": f"node{number}"},
        "Status": {"State": state},
    }


@pytest.fixture
def database() -> dict[str, Any]:
    text = swarm_text(make_facts(), make_answers(tier="standalone", gateway_runtime="swarm"))
    made: dict[str, Any] = json.loads(text)["services"]["postgres"]["spec"]
    made["TaskTemplate"]["ContainerSpec"]["Image"] = "sha256:1"
    return made


def test_data_is_elsewhere_where_another_node_has_the_label() -> None:
    assert list(elsewhere_in([node(1), node(2, "postgres", "web")], "p", "n1")) == [FAR]
    assert list(elsewhere_in([node(1), node(2, "postgres")], "p", "n2")) == []
    assert list(elsewhere_in([node(2, "postgres", project="p2")], "p", "n1")) == []


def test_data_is_where_a_service_ran_last_that_has_lost_its_place() -> None:
    rows = [node(1), node(2)]
    assert list(elsewhere_in(rows, "p", "n1", {"postgres": "n2"})) == [FAR]
    assert list(elsewhere_in(rows, "p", "n1", {"postgres": "n1"})) == []
    assert list(elsewhere_in([node(1, "postgres"), node(2)], "p", "n1", {"postgres": "n2"})) == []
    ended = {"Status": {"ContainerStatus": {"ContainerID": "c"}}, "NodeID": "n2", "CreatedAt": "1"}
    waits = {"Status": {}, "NodeID": "", "CreatedAt": "3"}
    earlier = {**ended, "NodeID": "n1", "CreatedAt": "0"}
    assert ran_last_on([earlier, ended, waits]) == "n2"
    assert ran_last_on([waits]) == ""


def test_a_node_that_is_down_is_named_with_what_is_on_it() -> None:
    (lost,) = elsewhere_in([node(2, "postgres", state="down")], "p", "n1")
    with pytest.raises(InstallerError, match="node2, which has the data of postgres, is down"):
        refuse_lost_nodes([lost])
    refuse_lost_nodes([FAR])


def test_a_job_beside_a_service_is_where_it_is_and_is_not_taken_for_it(
    database: dict[str, Any],
) -> None:
    job = job_beside(database, ("psql",), changes_data=False)
    task = job["TaskTemplate"]
    assert task["Placement"] == database["TaskTemplate"]["Placement"]
    assert [each["Aliases"] for each in task["Networks"]] == [[]]
    assert "org.mosaicstack.service" not in job["Labels"]
    container = task["ContainerSpec"]
    assert container["Command"][-1] == "psql"
    assert "MOSAIC_SERVER=postgres" in container["Env"]
    volumes = [each for each in container["Mounts"] if each["Type"] == "volume"]
    assert [each["ReadOnly"] for each in volumes] == [True]
    assert database["TaskTemplate"]["Networks"][0]["Aliases"] == ["postgres"]


def test_a_job_alone_with_the_data_may_change_it(database: dict[str, Any]) -> None:
    job = job_beside(database, ("sh", "-c", RESET_ALONE), changes_data=True)
    mounts = job["TaskTemplate"]["ContainerSpec"]["Mounts"]
    assert [each["ReadOnly"] for each in mounts if each["Type"] == "volume"] == [False]


def test_a_volume_is_emptied_on_its_node_without_the_network(database: dict[str, Any]) -> None:
    job = emptying_job(FAR, database)
    task = job["TaskTemplate"]
    assert task["Placement"] == {"Constraints": ["node.id==n2"]}
    assert "Networks" not in task
    container = task["ContainerSpec"]
    assert [each["Source"] for each in container["Mounts"]] == ["p_postgres"]
    assert container["Command"][-1] == container["Mounts"][0]["Target"]
    assert container["Image"] == "sha256:1"
