"""On which nodes a service runs that has several tasks: a job proves which have its image."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from tests.core.container_cases import with_engine
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers.engine import Swarm
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack_file import stack_text
from mosaic_installer.core.containers.swarm import swarm_text
from mosaic_installer.machine.engine.swarm.bound import usable_nodes
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.mesh import bring_here, is_published_anew
from mosaic_installer.machine.engine.swarm.spread import (
    Proof,
    choose,
    has_node_each,
    job_on_all,
    proof_of,
)

pytestmark = pytest.mark.unit

NO_IMAGE = "No such image: sha256:0123456789ab"
SAID = f"{NO_IMAGE}{'c' * 52}"


def test_a_node_has_an_image_once_its_job_has_run() -> None:
    tasks: dict[str, Any] = {
        "n1": {"Status": {"State": "complete"}},
        "n2": {"Status": {"State": "rejected", "Err": SAID}},
        "n9": {"Status": {"State": "complete"}},
    }
    proof = proof_of(tasks, ("n1", "n2", "n3"))
    assert proof.having == ("n1",)
    assert proof.lacking == {"n2": NO_IMAGE, "n3": "no task came there"}


def test_only_nodes_that_get_tasks_are_asked() -> None:
    rows: list[dict[str, Any]] = [
        {"ID": "n1", "Status": {"State": "ready"}, "Spec": {"Availability": "active"}},
        {"ID": "n2", "Status": {"State": "ready"}, "Spec": {"Availability": "drain"}},
        {"ID": "n3", "Status": {"State": "down"}, "Spec": {"Availability": "active"}},
    ]
    assert usable_nodes(rows) == ("n1",)


def test_this_node_is_among_them_and_what_runs_stays() -> None:
    proof = Proof(having=("n1", "n2", "n3"), lacking={})
    assert choose(proof, (), "n2", 2) == ("n2", "n1")
    assert choose(proof, ("n3",), "n2", 2) == ("n2", "n3")
    assert choose(proof, ("n1", "n2", "n3"), "n2", 1) == ("n2",)


def test_each_gateway_has_a_node_of_its_own() -> None:
    chosen = {"tier": "standalone", "gateway_runtime": "swarm", "gateway_replicas": 2}
    rows = json.loads(swarm_text(make_facts(), make_answers(**chosen)))["services"]
    gateway, database = (rows[name]["spec"] for name in ("gateway", "postgres"))
    assert gateway["Mode"] == {"Replicated": {"Replicas": 2}}
    assert gateway["TaskTemplate"]["Placement"]["MaxReplicas"] == 1
    assert database["Mode"] == {"Replicated": {"Replicas": 1}}
    assert "MaxReplicas" not in database["TaskTemplate"]["Placement"]


def test_behind_the_mesh_an_update_starts_the_new_one_first() -> None:
    swarm = Swarm(node="n1", is_manager=True, mesh=("10.0.0.0/24",))
    facts = make_facts(with_engine(swarm=swarm))
    chosen = {"tier": "standalone", "gateway_runtime": "swarm", "gateway_replicas": 3}
    answers = make_answers(**chosen, gateway_publish="ingress", web_image="web:1")
    rows = json.loads(swarm_text(facts, answers))["services"]
    gateway, web = (rows[name]["spec"] for name in ("gateway", "web"))
    (port,) = gateway["EndpointSpec"]["Ports"]
    assert (gateway["EndpointSpec"]["Mode"], port["PublishMode"]) == ("vip", "ingress")
    assert gateway["UpdateConfig"]["Order"] == "start-first"
    assert gateway["UpdateConfig"]["FailureAction"] == "pause"
    assert not has_node_each(gateway)
    assert "MOSAIC_HIDDEN_CLIENTS=10.0.0.0/24" in gateway["TaskTemplate"]["ContainerSpec"]["Env"]
    assert (web["EndpointSpec"]["Mode"], web["UpdateConfig"]["Order"]) == ("dnsrr", "stop-first")
    assert web["EndpointSpec"]["Ports"][0]["PublishMode"] == "host"
    assert is_published_anew({"Spec": web}, gateway)
    assert not is_published_anew({"Spec": gateway}, gateway)
    names = {file["path"]: file["target"] for row in rows.values() for file in row["files"]}
    text = stack_text(rows, names, {})
    assert all(word in text for word in ("mode: ingress", "start-first", "endpoint_mode: vip"))
    assert "max_replicas_per_node" not in text


class OneMore(Changes):
    """Notes how many gateways are wanted."""

    def __init__(self) -> None:
        self.wanted: list[int] = []

    def scale(self, service: str, replicas: int) -> None:
        self.wanted.append(replicas)


class Behind(Found):
    """Gateways behind the mesh, or on a node each, that run on these nodes."""

    def __init__(self, nodes: Sequence[str], *, has_node_each: bool = False) -> None:
        self.nodes_of_tasks = tuple(nodes)
        self.place = {"MaxReplicas": 1} if has_node_each else {}

    def services(self) -> dict[str, Any]:
        mode = {"Replicated": {"Replicas": len(self.nodes_of_tasks)}}
        return {GATEWAY: {"Spec": {"TaskTemplate": {"Placement": self.place}, "Mode": mode}}}

    def runs_on(self, service: str) -> tuple[str, ...]:
        return self.nodes_of_tasks


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Behind(("n2", "n2")), [3, 2]),
        (Behind(("n1", "n2")), []),
        (Behind(("n2",)), []),
        (Behind(("n2", "n3"), has_node_each=True), []),
    ],
)
def test_one_more_gateway_comes_here_and_one_elsewhere_ends(
    found: Behind, wanted: list[int]
) -> None:
    changes, waited = OneMore(), []
    bring_here(changes, found, "n1", lambda: waited.append(len(changes.wanted)))
    assert changes.wanted == wanted
    assert waited == [*range(1, len(wanted) + 1)]


def test_the_job_runs_that_image_everywhere_and_publishes_nothing() -> None:
    service: dict[str, Any] = {
        "Name": "p_gateway",
        "Labels": {"org.mosaicstack.service": "gateway", "org.mosaicstack.project": "p"},
        "Mode": {"Replicated": {"Replicas": 2}},
        "UpdateConfig": {},
        "EndpointSpec": {"Mode": "dnsrr", "Ports": [{"PublishedPort": 1}]},
        "TaskTemplate": {
            "ContainerSpec": {"Image": "sha256:1", "Env": ["A=1"], "Secrets": [{}]},
            "Placement": {"Constraints": ["node.labels.x==yes"]},
        },
    }
    job = job_on_all(service)
    assert job["Mode"] == {"GlobalJob": {}}
    assert job["Labels"] == {"org.mosaicstack.project": "p"}
    assert job["EndpointSpec"] == {"Mode": "dnsrr"}
    assert job["TaskTemplate"]["ContainerSpec"]["Image"] == "sha256:1"
    assert "Secrets" not in job["TaskTemplate"]["ContainerSpec"]
    assert "Placement" not in job["TaskTemplate"]
