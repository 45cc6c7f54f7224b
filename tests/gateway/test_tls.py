"""Servers that speak TLS only: what the gateway does with one that it has no reason to trust."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.engine import Engine
from tests.gateway.backings import ValkeyBacking
from tests.gateway.certificates import new_authority, require_tls, start_tls_valkey
from tests.gateway.process import Home, client_of
from tests.gateway.servers import LOOPBACK, Servers, start_postgres

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["valkey"], indirect=True, scope="session"),
]
VERIFY = "?sslmode=verify-full&sslrootcert={}"


@pytest.fixture
def trusting(home: Home, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The addresses by which the servers of this home are reached, and trusted."""
    with Engine.opened() as engine:
        authority = new_authority(tmp_path)
        certificate = authority.certificate(LOOPBACK)
        postgres = start_postgres(engine)
        require_tls(postgres, certificate)
        valkey = start_tls_valkey(engine, tmp_path / "valkey", certificate)
        assert isinstance(home.backing, ValkeyBacking)
        servers = Servers(postgres=postgres, valkey=valkey, numbers=home.backing.servers.numbers)
        name = servers.new_database()
        home.backing = ValkeyBacking(servers, name, lambda: "template0", 0)
        home.write_config()
        queue = home.backing.valkey_url.replace("redis://", "rediss://")
        yield {
            "MOSAIC_DATABASE_URL": home.backing.url + VERIFY.format(authority.file),
            "MOSAIC_VALKEY_URL": f"{queue}?ssl_ca_certs={authority.file}",
        }


def test_it_serves_over_tls_and_explains_whom_it_does_not_trust(
    home: Home, trusting: dict[str, str], tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    file = new_authority(stranger).file
    database, queue = trusting["MOSAIC_DATABASE_URL"], trusting["MOSAIC_VALKEY_URL"]
    plain = database.partition("?")[0]
    for variable, address, words in (
        ("DATABASE", plain + VERIFY.format(file), "a certificate that is not trusted"),
        ("DATABASE", database.replace(LOOPBACK, "localhost"), "a certificate that is not trusted"),
        ("DATABASE", f"{plain}?sslmode=disable", "does not admit this host"),
        ("VALKEY", queue.partition("?")[0], "a certificate that is not trusted"),
        ("VALKEY", queue.replace(LOOPBACK, "localhost"), "a certificate that is not trusted"),
        ("VALKEY", f"{queue}&no=1", "an unknown option"),
    ):
        result = home.run("serve", env={**trusting, f"MOSAIC_{variable}_URL": address})
        assert result.returncode == 1, result.stderr
        assert words in result.stderr, result.stderr
        assert "Traceback" not in result.stderr
    home.start(trusting)
    home.set_up()
    with client_of(home) as client:
        assert client.get("/health/ready").status_code == 200
