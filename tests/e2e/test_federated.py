"""Tier federated on one host: a certificate authority besides, and vectors in the database."""

import json
import ssl
import urllib.request
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from cryptography import x509
from tests.e2e.certificate_requests import (
    CLIENT,
    GRANT,
    NAME,
    SERVER,
    USER,
    Authority,
    text_in,
    uses_of,
)
from tests.e2e.stack import Stack
from tests.engine.engine import run

pytestmark = pytest.mark.install

SERVICES = ("postgres", "valkey", "step-ca", "gateway")


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


def test_the_pinned_root_is_the_authoritys(federated: Stack, federated_port: int) -> None:
    pinned = (federated.site.config / "gateway/secrets/authority-fingerprint").read_text()
    url = f"https://127.0.0.1:{federated_port}/root/{pinned}"
    anybody = ssl._create_unverified_context()  # noqa: S323 # the fingerprint is what is trusted
    with urllib.request.urlopen(url, context=anybody, timeout=60) as answer:
        root = json.load(answer)["ca"]
    assert sha256(ssl.PEM_cert_to_DER_cert(root)).hexdigest() == pinned


@pytest.fixture
def authority(federated: Stack, federated_port: int) -> Authority:
    """The authority, with the key that the gateway has."""
    key = (federated.site.config / "gateway/secrets/provisioner-key").read_text()
    return Authority(federated_port, json.loads(key))


def test_it_certifies_who_calls_and_on_whose_behalf(authority: Authority) -> None:
    for uses in ((), (CLIENT,)):
        certificate = authority.sign(*uses).certificate
        assert uses_of(certificate) == [CLIENT]
        assert text_in(certificate, GRANT) == "urn:grant:1"
        assert text_in(certificate, USER) == "user-2"
        assert certificate.subject.rfc4514_string() == f"CN={NAME}"
        lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert lasts == timedelta(hours=24, minutes=1), "a minute for clocks that differ"


@pytest.mark.parametrize("uses", [(SERVER,), (SERVER, CLIENT), (CLIENT, SERVER)], ids=str)
def test_it_certifies_no_servers(
    authority: Authority, uses: tuple[x509.ObjectIdentifier, ...]
) -> None:
    answer = authority.sign(*uses)
    assert answer.status == 400
    assert "for clients only" in answer.text


@pytest.mark.parametrize(
    "missing",
    [
        {},
        {"mosaic_grant_id": "grant-1"},
        {"mosaic_subject_user_id": "user-2"},
        {"mosaic_grant_id": " ", "mosaic_subject_user_id": "user-2"},
        {"mosaic_grant_id": 1, "mosaic_subject_user_id": 2},
    ],
    ids=str,
)
def test_it_certifies_nobody_without_the_identities(
    authority: Authority, missing: dict[str, Any]
) -> None:
    answer = authority.sign(claims=missing)
    assert answer.status == 400
    assert "must name mosaic_grant_id and mosaic_subject_user_id" in answer.text


@pytest.mark.parametrize("limits", [{"notAfter": "48h"}, {"notAfter": "1m"}], ids=str)
def test_it_certifies_for_minutes_at_least_and_a_day_at_most(
    authority: Authority, limits: dict[str, str]
) -> None:
    answer = authority.sign(limits=limits)
    assert answer.status == 403, answer.text


def test_it_knows_the_gateways_key_by_its_public_half_and_keeps_its_own_to_itself(
    federated: Stack, authority: Authority
) -> None:
    (known,) = authority.provisioners()
    assert "encryptedKey" not in known
    assert "d" not in known["key"]
    assert known["key"].items() <= authority.key.items()
    look = f"grep -rl {authority.key['d']} /etc /run /home/step || echo nowhere"
    assert federated.exec("step-ca", "sh", "-c", look).strip() == "nowhere"


def test_the_gateway_has_nothing_of_the_authoritys_own(federated: Stack) -> None:
    mounts = {row["Destination"]: row["Source"] for row in federated.inspect("gateway")["Mounts"]}
    assert {path for path in mounts if "authority" in path or "provisioner" in path} == {
        "/run/secrets/authority-fingerprint",
        "/run/secrets/provisioner-key",
    }
    secret = (federated.site.config / "compose/secrets/authority-password").read_text()
    assert len(secret) == 48
    look = f"grep -rls {secret} /etc /run /proc/*/environ || echo nowhere"
    assert federated.exec("gateway", "sh", "-c", look).strip() == "nowhere"


def test_a_second_run_changes_nothing(federated: Stack, federated_port: int) -> None:
    before = federated.site.snapshot()
    assert "Already up to date" in federated.run("install", "--yes").stderr
    assert federated.site.snapshot() == before


def test_no_password_is_in_the_authoritys_log(federated: Stack) -> None:
    password = (federated.site.config / "compose/secrets/authority-password").read_text()
    log = federated.run("gateway", "logs", "--service", "step-ca", "--lines", "1000").stdout
    assert len(password) == 48
    assert log
    assert password not in log


def test_the_authority_has_what_its_program_carries_and_ends_when_it_is_asked_to(
    broken_federated: Stack,
) -> None:
    carried = broken_federated.exec("step-ca", "/usr/sbin/getcap", "/usr/local/bin/step-ca")
    assert "cap_net_bind_service=eip" in carried
    shell = broken_federated.exec("step-ca", "readlink", "/bin/sh").strip()
    assert shell.endswith("busybox"), "as in the public image, whose `su` begins the authority"
    folder = str(broken_federated.site.config / "compose")
    run("docker", "compose", "--project-directory", folder, "stop")
    for service in SERVICES:
        assert broken_federated.inspect(service)["State"]["ExitCode"] == 0, service
    broken_federated.run("install", "--yes")
    assert broken_federated.site.has_working_token()
