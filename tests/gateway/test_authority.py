"""The certificate authority, seen through `/health/ready`; and the container's health check."""

from hashlib import sha256
from pathlib import Path
from ssl import PEM_cert_to_DER_cert

import pytest
from tests.engine.engine import Container, Engine, missing
from tests.gateway.process import Home, client_of
from tests.gateway.servers import port_of

pytestmark = pytest.mark.gateway

PASSWORD = "s3cret-of-the-authority"


def _authority(engine: Engine, folder: Path) -> Container:
    secret = folder / "authority-password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    authority = engine.run(
        "smallstep/step-ca",
        options=(
            f"--volume={secret}:/run/secrets/password:ro",
            *("--publish=127.0.0.1::9000", "--health-interval=1s"),
        ),
        environment={
            "DOCKER_STEPCA_INIT_NAME": "Mosaic Test",
            "DOCKER_STEPCA_INIT_DNS_NAMES": "localhost,127.0.0.1,step-ca",
            "DOCKER_STEPCA_INIT_PASSWORD_FILE": "/run/secrets/password",
        },
    )
    authority.wait_until_healthy()
    return authority


def _ready(home: Home) -> dict[str, object]:
    with client_of(home) as client:
        answer = client.get("/health/ready").json()["checks"]["certificate_authority"]
    found: dict[str, object] = answer
    return found


def test_the_authority_is_well_only_with_the_pinned_root(home: Home, tmp_path: Path) -> None:
    if absent := missing():
        pytest.skip(f"{absent} is missing; `scripts/test-engine` sets up Debian 12")
    with Engine.opened() as engine:
        authority = _authority(engine, tmp_path)
        root = authority.exec("cat", "/home/step/certs/root_ca.crt").stdout
        fingerprint = sha256(PEM_cert_to_DER_cert(root)).hexdigest()
        address = {"url": f"https://127.0.0.1:{port_of(authority, 9000)}"}
        home.write_config(certificateAuthority={**address, "fingerprint": fingerprint})
        home.start()
        assert _ready(home)["ok"] is True
        authority.stop()
        assert _ready(home)["error"] == "cannot be reached"
        home.stop()
        authority.remove()
        home.write_config(
            certificateAuthority={
                "url": f"https://127.0.0.1:{port_of(_authority(engine, tmp_path), 9000)}",
                "fingerprint": fingerprint,
            }
        )
        home.start()
        assert _ready(home)["error"] == "is not the one whose root certificate is pinned"


@pytest.mark.parametrize(
    "authority",
    [
        {"url": "http://step-ca:9000", "fingerprint": "0" * 64},
        {"url": "https://step-ca:web", "fingerprint": "0" * 64},
        {"url": "https://step-ca:9000", "fingerprint": "0" * 63},
        {"url": "https://step-ca:9000"},
    ],
)
def test_an_unusable_authority_is_explained(home: Home, authority: dict[str, str]) -> None:
    home.write_config(certificateAuthority=authority)
    result = home.run("migrate")
    assert result.returncode == 1
    assert "`certificateAuthority." in result.stderr


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0", "127.0.0.2"])  # noqa: S104
def test_the_health_check_follows_the_gateway_of_its_settings(home: Home, bind: str) -> None:
    env = {"MOSAIC_GATEWAY_BIND": bind, "MOSAIC_SESSION_SECRET": ""}
    missing_gateway = home.run("healthcheck", env=env)
    assert missing_gateway.returncode == 1
    assert "does not answer" in missing_gateway.stderr
    if bind == "127.0.0.2":
        return  # where a test looks for its gateway is 127.0.0.1
    home.start({"MOSAIC_GATEWAY_BIND": bind})
    assert home.run("healthcheck", env=env).returncode == 0
