"""The image of step-ca is a real certificate authority, set up as the public one is."""

import json
import shutil
import ssl
import urllib.request
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from tests.engine.engine import Container, Engine, run

pytestmark = pytest.mark.install

IMAGE = "smallstep/step-ca"
PASSWORD = "s3cret-of-the-authority"
HOME = "/home/step"
OURS = Path(__file__).parents[1] / "cases/federated/files/config/compose/step-ca"
ROOT = f"{HOME}/certs/root_ca.crt"
START = ("--tmpfs=/run:mode=0755", "--entrypoint=/bin/sh", "--health-interval=1s")


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """An option that gives the container the password."""
    return write_secret(tmp_path)


def write_secret(folder: Path) -> str:
    file = folder / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o644)
    return f"--volume={file}:/run/secrets/password:ro"


@pytest.fixture(scope="module")
def authority(file_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Container:
    """One for all who only ask it."""
    return start(file_engine, write_secret(tmp_path_factory.mktemp("authority")))


def start(engine: Engine, *options: str) -> Container:
    authority = engine.run(
        IMAGE,
        options=("--publish=127.0.0.1::9000", "--health-interval=1s", *options),
        environment={
            "DOCKER_STEPCA_INIT_NAME": "Mosaic Test",
            "DOCKER_STEPCA_INIT_DNS_NAMES": "localhost,127.0.0.1,step-ca",
            "DOCKER_STEPCA_INIT_PROVISIONER_NAME": "mosaic-fed",
            "DOCKER_STEPCA_INIT_PASSWORD_FILE": "/run/secrets/password",
        },
    )
    authority.wait_until_healthy()
    return authority


def root_of(authority: Container) -> str:
    return authority.exec("cat", ROOT).stdout


def get(authority: Container, path: str, root: str) -> object:
    """Over TLS, on the published port, trusting only that root."""
    address = run("docker", "port", authority.name, "9000/tcp").stdout.split()[0]
    trust = ssl.create_default_context(cadata=root)
    with urllib.request.urlopen(f"https://{address}{path}", context=trust, timeout=60) as answer:
        return json.load(answer)


def certify(authority: Container, name: str, code: int | None = 0) -> str:
    """Return the certificate, its chain and its key; or what was complained."""
    files = "/tmp/certificate /tmp/key"  # noqa: S108
    who = "--provisioner mosaic-fed --provisioner-password-file /dev/stdin"
    script = f"step ca certificate {name} {files} {who} && cat {files}"
    password = PASSWORD if code == 0 else "wrong"
    return authority.exec("sh", "-c", script, stdin=password, code=code).said


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> dict[str, object]:
    """Connect the two in memory; return the server's certificate as the client verified it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = server.wrap_bio(to_server, to_client, server_side=True)
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    for side in (asking, serving, asking, serving, asking):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return dict(asking.getpeercert() or {})


def test_it_is_healthy_over_tls_with_its_own_root(authority: Container) -> None:
    root = root_of(authority)
    assert get(authority, "/health", root) == {"status": "ok"}
    fingerprint = sha256(ssl.PEM_cert_to_DER_cert(root)).hexdigest()
    shown = authority.exec("step", "certificate", "fingerprint", ROOT).stdout.strip()
    assert shown == fingerprint
    assert get(authority, f"/root/{fingerprint}", root) == {"ca": root}
    assert authority.exec("id", "-u").stdout == "1000\n"


def test_the_configuration_is_where_the_public_image_has_it(authority: Container) -> None:
    configuration = json.loads(authority.exec("cat", f"{HOME}/config/ca.json").stdout)
    (provisioner,) = configuration["authority"]["provisioners"]
    assert (provisioner["type"], provisioner["name"]) == ("JWK", "mosaic-fed")
    assert provisioner["encryptedKey"]
    assert configuration["address"] == ":9000"
    assert configuration["dnsNames"] == ["localhost", "127.0.0.1", "step-ca"]
    for file in ("intermediate_ca_key", "root_ca_key"):
        assert "ENCRYPTED" in authority.exec("cat", f"{HOME}/secrets/{file}").stdout
    assert authority.exec("cat", f"{HOME}/secrets/password").stdout.strip() == PASSWORD
    assert PASSWORD not in str(authority.inspect())


def test_its_provisioner_signs_certificates(authority: Container, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(certify(authority, "gateway.example.org"))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(bundle)
    client = ssl.create_default_context(cadata=root_of(authority))
    seen = shake_hands(server, client, "gateway.example.org")
    assert seen["subjectAltName"] == (("DNS", "gateway.example.org"),)
    assert "intermediate" in str(seen["issuer"]).lower()
    complaint = certify(authority, "gateway.example.org", code=1)
    assert "provisioner" in complaint


def test_the_authority_survives_in_its_volume(engine: Engine, secret: str) -> None:
    volume = f"--volume={engine.volume()}:{HOME}"
    first = start(engine, secret, volume)
    root = root_of(first)
    first.stop()
    first.remove()
    again = start(engine, secret, volume)
    assert root_of(again) == root
    assert get(again, "/health", root) == {"status": "ok"}


@dataclass(frozen=True)
class Ours:
    """An authority as our compose file starts it, in a volume of its own."""

    engine: Engine
    volume: str
    files: tuple[str, ...]

    def run(self) -> Container:
        return self.engine.run(
            IMAGE,
            "/etc/mosaic/start.sh",
            options=(*self.files, self.volume, "--user=0:0", *START),
            health=f"step ca health --ca-url https://127.0.0.1:9000 --root {ROOT} | grep -q ^ok",
        )

    def made(self) -> str:
        """Make it, and stop it; return its root."""
        authority = self.run()
        authority.wait_until_healthy()
        root = root_of(authority)
        authority.remove()
        return root

    def change(self, script: str) -> str:
        """Run a script where its volume lies; return what it prints."""
        shell = ("--entrypoint=/bin/sh", self.volume)
        there = self.engine.run(IMAGE, "-c", f"cd {HOME} && {script}", options=shell)
        assert there.wait_for_exit() == 0
        said = there.logs()
        there.remove()
        return said


@pytest.fixture
def ours(engine: Engine, secret: str, tmp_path: Path) -> Ours:
    files = [secret.replace("/run/secrets/password", "/run/secrets/authority-password")]
    for name in ("start.sh", "ca.json", "x509.tpl"):
        shutil.copy(OURS / name, tmp_path)
        files.append(f"--volume={tmp_path / name}:/etc/mosaic/{name}:ro")
    return Ours(engine, f"--volume={engine.volume()}:{HOME}", tuple(files))


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "left",
    [
        "mkdir -p certs config && echo half >certs/root_ca.crt && : >config/ca.json",
        "mkdir -p new/certs secrets && echo half >secrets/intermediate_ca_key",
        "mkdir -p certs secrets && echo half >certs/root_ca.crt && : >secrets/intermediate_ca_key",
    ],
    ids=["0.1.0", "between two renames", "a power failure"],
)
def test_an_authority_whose_making_was_cut_off_is_made_anew(ours: Ours, left: str) -> None:
    ours.change(left)
    root = ours.made()
    assert "BEGIN CERTIFICATE" in root
    assert ours.change("grep -rh half cut-off.*") == "half\n"
    beside = [name for name in ours.change("ls").split() if not name.startswith("cut-off")]
    assert beside == ["certs", "db", "secrets"]
    assert ours.made() == root


@pytest.mark.sampled(1)
@pytest.mark.parametrize("lost", ["secrets/root_ca_key", "db", "secrets/root_ca_key db"])
def test_an_authority_needs_neither_its_roots_key_nor_its_database(ours: Ours, lost: str) -> None:
    root = ours.made()
    ours.change(f"rm -r {lost}")
    assert ours.made() == root


@pytest.mark.sampled(1)
@pytest.mark.parametrize("lost", ["secrets/intermediate_ca_key", "certs", "secrets"])
def test_an_authority_that_lost_what_it_needs_is_not_replaced_by_another(
    ours: Ours, lost: str
) -> None:
    ours.made()
    ours.change(f"rm -r {lost}")
    authority = ours.run()
    assert authority.wait_for_exit() != 0
    assert lost.partition("/")[2] in authority.logs()
    left = ours.change("find . -type f").splitlines()
    assert not [path for path in left if path.startswith((f"./{lost}", "./cut-off", "./new"))]


def test_without_a_name_it_says_what_is_missing(engine: Engine) -> None:
    authority = engine.run(IMAGE)
    assert authority.wait_for_exit() != 0
    assert "DOCKER_STEPCA_INIT_" in authority.logs()
