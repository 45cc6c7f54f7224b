"""Secrets made here: a key is one that other programs know."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from mosaic_installer.core.provisioner_key import PROVISIONER_KEY
from mosaic_installer.machine.new_secrets import new_secret

pytestmark = pytest.mark.unit


def number(text: str) -> int:
    octets = urlsafe_b64decode(text + "=")
    assert len(octets) == 32, "with its zeros in front (RFC 7518, 6.2.1.2)"
    return int.from_bytes(octets)


@pytest.mark.parametrize("_turn", range(4))
def test_a_key_signs_what_its_public_half_proves(_turn: int) -> None:
    key = json.loads(new_secret(PROVISIONER_KEY).reveal())
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    public = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1())
    private = ec.EllipticCurvePrivateNumbers(number(key["d"]), public).private_key()
    kind = ec.ECDSA(hashes.SHA256())
    public.public_key().verify(private.sign(b"text", kind), b"text", kind)


def test_a_key_is_named_by_its_thumbprint() -> None:
    key = json.loads(new_secret(PROVISIONER_KEY).reveal())
    text = '{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.format(**key)
    thumbprint = urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
    assert key["kid"] == thumbprint


@pytest.mark.parametrize("name", [PROVISIONER_KEY, "session_secret"])
def test_no_two_are_the_same(name: str) -> None:
    assert len({new_secret(name) for _ in range(8)}) == 8
