"""Secrets made here: random letters and digits, or a key where it has to be one."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from mosaic_installer.core.provisioner_key import PROVISIONER_KEY
from mosaic_installer.core.secret import Secret

# Letters and digits only: nothing that any file format or shell would take for its own.
LENGTH = 48  # 48 of 62 characters are 285 bits


def new_secret(name: str) -> Secret:
    """Return a new value for the secret `name`."""
    return Secret(_key() if name == PROVISIONER_KEY else _random())


def _random() -> str:
    import secrets
    from string import ascii_letters, digits

    return "".join(secrets.choice(ascii_letters + digits) for _ in range(LENGTH))


def _key() -> str:
    """Return a private key for ES256 as a JSON Web Key (RFC 7518, 6.2), named by its thumbprint."""
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    point = key.public_numbers
    shape = {"crv": "P-256", "kty": "EC", "x": _octets(point.x), "y": _octets(point.y)}
    # RFC 7638: these members alone, in the order of the alphabet, without spaces.
    thumbprint = sha256(json.dumps(shape, separators=(",", ":")).encode()).digest()
    uses = {"use": "sig", "alg": "ES256", "kid": _base64(thumbprint)}
    return json.dumps(shape | uses | {"d": _octets(key.private_value)})


def _octets(number: int) -> str:
    return _base64(number.to_bytes(32))


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
