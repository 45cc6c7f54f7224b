"""On which nodes a service runs that has several tasks: a job proves which have its image."""

import json
from typing import Any

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers.swarm import swarm_text
from mosaic_installer.machine.engine.swarm.spread import (
    Proof,
    choose,
    job_on_all,
    proof_of,
    usable_nodes,
)

pytestmark = pytest.mark.unit

NO_IMAGE = "No such image: sha256:1"


def test_a_node_has_an_image_once_its_job_has_run() -> None:
    tasks: dict[str, Any] = {
        "n1": {"Status": {"State": "complete"}},
        "n2": {"Status": {"State": "rejected", "Err": NO_IMAGE}},
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
