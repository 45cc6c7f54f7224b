"""Trying the network between nodes: the program of each task, and what is read of it."""

import json
import os
import subprocess
import sys

import pytest

from mosaic_installer.core.cluster.seen import Overlap, Sight
from mosaic_installer.machine.engine.swarm.subnets import overlaps_of, routes_of
from mosaic_installer.machine.engine.swarm.traffic import PROGRAM, job_of, sights_of

ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
"""


@pytest.mark.call
def test_the_program_sees_itself_and_ends(free_port: int) -> None:
    words = {"NODE": "n1", "PEERS": "localhost", "COUNT": "1", "SECONDS": "20"}
    environment = {**os.environ, **words, "PORT": str(free_port)}
    program = (sys.executable, "-I", "-c", PROGRAM.read_text())
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["node"] == said["met"][0]["node"] == "n1"
    assert said["met"][0]["large"] is True
    assert abs(said["met"][0]["ahead"]) < 1
    assert sights_of((done.stdout,)) == {"n1": Sight(known=1, ahead={}, cut=frozenset())}


@pytest.mark.unit
def test_lines_of_tasks_are_read_and_others_passed_over() -> None:
    met = [{"node": "b", "ahead": -0.5, "large": False}, {"node": "a", "ahead": 0.0, "large": True}]
    line = json.dumps({"node": "a", "known": ["10.0.1.2", "10.0.1.3"], "met": met})
    wanted = Sight(known=2, ahead={"b": -0.5}, cut=frozenset({"b"}))
    assert sights_of(("{", "[]", '{"node": "c", "met": 1}', line)) == {"a": wanted}


@pytest.mark.unit
def test_the_job_is_no_service_that_is_watched_and_knows_no_secret() -> None:
    container = {"Image": "sha256:1", "Env": ["A=b"], "Secrets": [{"SecretName": "s"}]}
    labels = {"org.mosaicstack.service": "gateway", "org.mosaicstack.project": "p"}
    gateway = {"Name": "p_gateway", "Labels": labels, "TaskTemplate": {"ContainerSpec": container}}
    job = job_of(gateway, "net", 3)
    assert job["Labels"] == {"org.mosaicstack.project": "p"}
    assert "Secrets" not in job["TaskTemplate"]["ContainerSpec"]
    assert "COUNT=3" in job["TaskTemplate"]["ContainerSpec"]["Env"]


@pytest.mark.unit
def test_a_network_that_takes_addresses_of_this_machine_is_found() -> None:
    networks = [
        {"Name": "ingress", "Driver": "overlay", "IPAM": {"Config": [{"Subnet": "10.0.0.0/16"}]}},
        {"Name": "p", "Driver": "overlay", "IPAM": {"Config": [{"Subnet": "10.1.0.0/24"}]}},
        {"Name": "six", "Driver": "overlay", "IPAM": {"Config": [{"Subnet": "fd00::/64"}]}},
        {"Name": "none", "Driver": "overlay", "IPAM": {"Config": None}},
        {"Name": "bridge", "Driver": "bridge", "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]}},
    ]
    wanted = Overlap(name="ingress", subnet="10.0.0.0/16", route="10.0.0.0/24", interface="eth0")
    assert overlaps_of(networks, routes_of(ROUTES)) == (wanted,)
