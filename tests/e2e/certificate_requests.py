"""What a gateway asks a step-ca for a certificate with: a request, and a token that it signed.

As step-ca's API has it: https://github.com/smallstep/certificates (api/sign.go), and a token as its
JWK provisioner takes it (authority/provisioner/jwk.go).
"""

import json
import ssl
import time
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PROVISIONER = "mosaic-fed"
NAME = "gateway.example.org"
IDENTITIES = {"mosaic_grant_id": "urn:grant:1", "mosaic_subject_user_id": "user-2"}
GRANT = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
USER = x509.ObjectIdentifier("1.3.6.1.4.1.99999.2")
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What the authority said: a certificate, or why there is none."""

    status: int
    text: str

    @property
    def certificate(self) -> x509.Certificate:
        assert self.status == 201, self.text
        return x509.load_pem_x509_certificate(json.loads(self.text)["crt"].encode())


@dataclass(frozen=True)
class Authority:
    """A certificate authority on a port of this machine, and the provisioner's private key."""

    port: int
    key: dict[str, str]

    def sign(
        self,
        *uses: x509.ObjectIdentifier,
        claims: dict[str, Any] | None = None,
        limits: dict[str, str] | None = None,
    ) -> Answer:
        """Ask for a certificate; `uses` are what the request wants it for."""
        asked = {"csr": request(*uses), "ott": self.token(IDENTITIES if claims is None else claims)}
        return self._call("1.0/sign", json.dumps(asked | (limits or {})).encode())

    def provisioners(self) -> list[dict[str, Any]]:
        """Return whom it takes requests from, as it tells everybody."""
        found: list[dict[str, Any]] = json.loads(self._call("provisioners").text)["provisioners"]
        return found

    def _call(self, path: str, body: bytes | None = None) -> Answer:
        url = f"https://127.0.0.1:{self.port}/{path}"
        call = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        anybody = ssl._create_unverified_context()  # noqa: S323 # who it is, another test asks
        try:
            with urllib.request.urlopen(call, context=anybody, timeout=SECONDS) as answer:  # noqa: S310
                return Answer(answer.status, answer.read().decode())
        except HTTPError as refusal:
            return Answer(refusal.code, refusal.read().decode())

    def token(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        said = {
            "iss": PROVISIONER,
            "aud": f"https://127.0.0.1:{self.port}/1.0/sign",
            "sub": NAME,
            "sans": [NAME],
            "iat": now,
            "nbf": now,
            "exp": now + SECONDS,
            "jti": sha256(json.dumps([claims, time.time_ns()]).encode()).hexdigest(),
            **claims,
        }
        head = {"alg": "ES256", "kid": self.key["kid"], "typ": "JWT"}
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (head, said))
        r, s = decode_dss_signature(
            _private(self.key).sign(text.encode(), ec.ECDSA(hashes.SHA256()))
        )
        return f"{text}.{_encoded(r.to_bytes(32) + s.to_bytes(32))}"


def request(*uses: x509.ObjectIdentifier) -> str:
    """Return a request for a certificate of `NAME`."""
    asked = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    )
    asked = asked.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    if uses:
        asked = asked.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    signed = asked.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def uses_of(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def text_in(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str:
    """Return what an extension of ours says: a UTF8String in DER, of less than 128 bytes."""
    found = certificate.extensions.get_extension_for_oid(name).value
    assert isinstance(found, x509.UnrecognizedExtension)
    tag, length = found.value[:2]
    assert (tag, length) == (0x0C, len(found.value) - 2)
    return found.value[2:].decode()


SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


def _private(key: dict[str, str]) -> ec.EllipticCurvePrivateKey:
    d, x, y = (int.from_bytes(_decoded(key[name])) for name in "dxy")
    return ec.EllipticCurvePrivateNumbers(
        d, ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
    ).private_key()


def _encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
