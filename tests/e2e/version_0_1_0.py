"""A federated installation put back to what version 0.1.0 had made of it.

Its files are kept in tests/receipts/; its containers are started from its own compose file, so that
its own start.sh makes the authority.
"""

import json
import os
import ssl
from hashlib import sha256
from pathlib import Path

from tests.e2e.stack import Stack
from tests.engine.engine import run

from mosaic_installer.core.written import note_of
from mosaic_installer.machine.files import LocalFiles

FILES = Path(__file__).parents[1] / "receipts/0.1.0-federated/config"
NEW = ("compose/step-ca/ca.json", "compose/secrets/authority-password")
NEW_OF_GATEWAY = ("gateway/secrets/provisioner-key",)
ROOT = "/home/step/certs/root_ca.crt"


def put_back(stack: Stack, ca_port: int) -> str:
    """Make the installation what 0.1.0 left, running; return the fingerprint of its root."""
    config = stack.site.config
    run("docker", "rm", "--force", *stack.made()["containers"])
    run("docker", "volume", "rm", "--force", f"{stack.project}_step-ca")
    password = (config / "compose/secrets/authority-password").read_text()
    for name in (*NEW, *NEW_OF_GATEWAY):
        (config / name).unlink()
    secrets = config / "secrets.toml"
    lines = secrets.read_text().splitlines(keepends=True)
    secrets.write_text("".join(line for line in lines if not line.startswith("provisioner_key")))
    _write_files(stack, ca_port)
    _write_secret(config, "authority-password", password)
    # Compose makes the volume; the gateway waits for what can be read from it.
    _compose(stack, "up", "--detach", "--wait", "step-ca")
    document = json.loads(stack.exec("step-ca", "cat", "/home/step/config/ca.json"))
    (provisioner,) = document["authority"]["provisioners"]
    _write_secret(config, "authority-key", provisioner["encryptedKey"])
    found = stack.exec("step-ca", "step", "certificate", "fingerprint", ROOT).strip()
    _write_secret(config, "authority-fingerprint", found)
    _compose(stack, "up", "--detach", "--wait")
    return found


def _write_files(stack: Stack, ca_port: int) -> None:
    site = stack.site
    notes = LocalFiles(site.state / "checksums.json", site.home)
    user = (10001, 10001) if os.getuid() == 0 else (os.getuid(), os.getgid())
    places = {
        "{home}": str(site.home),
        "{project}": stack.project,
        "{suffix}": stack.project.removeprefix("mosaic-"),
        "{user}": f"{user[0]}:{user[1]}",
        "{port}": str(site.port),
        "{ca_port}": str(ca_port),
    }
    for source in (path for path in FILES.rglob("*") if path.is_file()):
        text = source.read_text()
        for name, place in places.items():
            text = text.replace(name, place)
        path = site.config / source.relative_to(FILES)
        path.write_text(text)
        notes.note(path, note_of(text.encode()))


def _write_secret(config: Path, name: str, text: str) -> None:
    """As 0.1.0 did: for the gateway's user alone."""
    path = config / "gateway/secrets" / name
    path.write_text(text)
    path.chmod(0o600)
    reader = (config / "gateway/secrets/session-secret").stat()
    os.chown(path, reader.st_uid, reader.st_gid)


def _compose(stack: Stack, *words: str) -> None:
    folder = str(stack.site.config / "compose")
    run("docker", "compose", "--project-name", stack.project, "--project-directory", folder, *words)


def root_of(stack: Stack) -> str:
    """Return the fingerprint of the root, as it lies in the authority's volume."""
    certificate = stack.exec("step-ca", "cat", ROOT)
    return sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
