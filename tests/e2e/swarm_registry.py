"""A real registry on the machine of an engine, with TLS and a password, and who trusts it."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tests.e2e.program import eventually
from tests.e2e.second_engine import SecondEngine
from tests.engine.engine import run
from tests.engine.registry import PROGRAM
from tests.gateway.certificates import Authority

HOST, PORT = "10.99.0.1", 5000
ADDRESS = f"{HOST}:{PORT}"
USER, PASSWORD = "ada", "correct-horse-registry-9"
HASHED = "$2b$05$abcdefghijklmnopqrstuupTZyD75BXyB7rJHL7Q.6Xe9NUT70BXG"
"""That password, as bcrypt has it."""
CONFIGURATION = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {folder}/content}}
auth:
  htpasswd: {{realm: test, path: {folder}/users}}
http:
  addr: {address}
  tls: {{certificate: {folder}/chain.pem, key: {folder}/key.pem}}
"""


@contextmanager
def locked_registry(engine: SecondEngine, authority: Authority) -> Iterator[None]:
    """A registry at `ADDRESS` on the machine of the engine, which has ended afterwards."""
    folder = engine.new_folder("registry")
    certificate = authority.certificate(HOST)
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "users").write_text(f"{USER}:{HASHED}\n")
    file = folder / "registry.yml"
    file.write_text(CONFIGURATION.format(folder=folder, address=ADDRESS))
    with subprocess.Popen((*engine.within_as_root, PROGRAM, "serve", str(file))) as entered:
        try:
            eventually(lambda: _listens(engine, entered) or None, "the registry listens")
            yield
        finally:
            for process in psutil.Process(entered.pid).children():
                process.terminate()


def trust(engine: SecondEngine, authority: Authority) -> None:
    """Put the certificate of an authority where this engine alone looks for it."""
    place = f"/etc/docker/certs.d/{ADDRESS}"
    script = 'mount -t tmpfs none /etc/docker; mkdir -p "$1"; cp "$2" "$1/ca.crt"'
    words = ("sh", "-euc", script, "sh", place, str(authority.file))
    run(*engine.within_as_root, *words)


def log_in(home: Path) -> None:
    """Keep the password as `docker login` does, for the user of that home folder."""
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    folder = home / ".docker"
    folder.mkdir(mode=0o700)
    (folder / "config.json").write_text(json.dumps({"auths": {ADDRESS: {"auth": secret}}}))


def _listens(engine: SecondEngine, entered: "subprocess.Popen[bytes]") -> bool:
    assert entered.poll() is None, "the registry has ended"
    connect = ("bash", "-c", f"exec 3<>/dev/tcp/{HOST}/{PORT}")
    return run(*engine.within_as_root, *connect, code=None).code == 0
