"""Tier federated on one host: a certificate authority besides, and vectors in the database."""

import json
import re
import ssl
import urllib.request
from hashlib import sha256
from typing import Any

import httpx
import pytest
from tests.e2e.stack import Stack
from tests.engine.engine import run

pytestmark = pytest.mark.install

SERVICES = ("postgres", "valkey", "step-ca", "gateway")


@pytest.fixture(scope="module")
def federated(new_stack: Stack, ca_port: int) -> Stack:
    variables: dict[str, Any] = {
        "MOSAIC_STORAGE_TIER": "federated",
        "MOSAIC_STEP_CA_PORT": str(ca_port),
    }
    new_stack.install("--yes", **variables)
    return new_stack


def test_everything_is_ready_and_the_token_works(federated: Stack) -> None:
    site = federated.site
    assert site.has_working_token()
    ready = httpx.get(f"{site.url}/health/ready", timeout=60).json()
    assert {name for name, row in ready["checks"].items() if row["ok"]} == {
        "database",
        "queue",
        "vector",
        "certificate_authority",
    }
    assert federated.psql("SELECT '[1,2,3]'::vector") == "[1,2,3]"
    services = federated.run("status", "--json").document["services"]
    assert {row["name"]: row["healthy"] for row in services} == dict.fromkeys(SERVICES, True)


def test_the_pinned_root_is_the_authoritys(federated: Stack, ca_port: int) -> None:
    pinned = (federated.site.config / "gateway/secrets/authority-fingerprint").read_text()
    url = f"https://127.0.0.1:{ca_port}/root/{pinned}"
    anybody = ssl._create_unverified_context()  # noqa: S323 # the fingerprint is what is trusted
    with urllib.request.urlopen(url, context=anybody, timeout=60) as answer:
        root = json.load(answer)["ca"]
    assert sha256(ssl.PEM_cert_to_DER_cert(root)).hexdigest() == pinned
    key = (federated.site.config / "gateway/secrets/authority-key").read_text()
    assert len(key.split(".")) == 5, "a JWE in its compact form"


def test_it_certifies_with_the_provisioner_and_its_template(federated: Stack) -> None:
    said = federated.exec(
        "step-ca",
        "sh",
        "-c",
        "cd /tmp && STEPPATH=/home/step step ca certificate host.example.org c k "
        "--provisioner mosaic-fed --provisioner-password-file /run/secrets/authority-password "
        "--ca-url https://127.0.0.1:9000 --root /home/step/certs/root_ca.crt && cat c",
    )
    assert "BEGIN CERTIFICATE" in said
    configuration = federated.exec("step-ca", "cat", "/home/step/config/ca.json")
    (provisioner,) = json.loads(configuration)["authority"]["provisioners"]
    assert provisioner["name"] == "mosaic-fed"
    template = federated.exec("step-ca", "cat", provisioner["options"]["x509"]["templateFile"])
    assert re.findall(r"1\.3\.6\.1\.4\.1\.99999\.\d", template) == [
        "1.3.6.1.4.1.99999.1",
        "1.3.6.1.4.1.99999.2",
    ]


def test_a_second_run_changes_nothing(federated: Stack, ca_port: int) -> None:
    before = federated.site.snapshot()
    assert "Nothing changed" in federated.run("install", "--yes").stderr
    assert federated.site.snapshot() == before


def test_no_password_is_in_the_authoritys_log(federated: Stack) -> None:
    password = (federated.site.config / "gateway/secrets/authority-password").read_text()
    log = federated.run("gateway", "logs", "--service", "step-ca", "--lines", "1000").stdout
    assert len(password) == 48
    assert log
    assert password not in log


def test_the_authority_has_what_its_program_carries_and_ends_when_it_is_asked_to(
    federated: Stack,
) -> None:
    carried = federated.exec("step-ca", "/usr/sbin/getcap", "/usr/local/bin/step-ca")
    assert "cap_net_bind_service=eip" in carried
    folder = str(federated.site.config / "compose")
    run("docker", "compose", "--project-directory", folder, "stop")
    for service in SERVICES:
        assert federated.inspect(service)["State"]["ExitCode"] == 0, service
    federated.run("install", "--yes")
    assert federated.site.has_working_token()
