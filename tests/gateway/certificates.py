"""Servers that speak TLS only, with certificates of an authority that the test makes up."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import trustme
from psycopg import sql
from tests.engine.engine import Engine, eventually
from tests.gateway.servers import (
    ALLOWED,
    LOOPBACK,
    PASSWORD,
    VALKEY_IMAGE,
    Server,
    port_of,
    rule,
)

HOSTSSL_ONLY = "local all all trust\nhostssl all all all scram-sha-256\n"
# The server takes no key that others may read.
KEEP = "umask 077 && cat > {0} && chown postgres {0}"
PLACE = "/var/lib/postgresql"


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody trusts who was not told to, and its own certificate."""

    root: trustme.CA
    file: Path

    def certificate(self, *names: str) -> trustme.LeafCert:
        return self.root.issue_cert(*names)


def new_authority(folder: Path) -> Authority:
    authority = Authority(trustme.CA(), folder / "authority.pem")
    authority.root.cert_pem.write_to_path(authority.file)
    return authority


def require_tls(postgres: Server, certificate: trustme.LeafCert) -> None:
    """Let a server that runs take connections over TLS alone."""
    texts = {"server.crt": _chain(certificate), "server.key": _key(certificate)}
    for name, text in texts.items():
        postgres.container.exec("sh", "-c", KEEP.format(f"{PLACE}/{name}"), stdin=text)
    place = KEEP.format(f"{PLACE}/data/pg_hba.conf")
    postgres.container.exec("sh", "-c", place, stdin=HOSTSSL_ONLY)
    change = sql.SQL("ALTER SYSTEM SET {} = {}")
    for setting, value in (
        ("ssl_cert_file", f"{PLACE}/server.crt"),
        ("ssl_key_file", f"{PLACE}/server.key"),
        ("ssl", "on"),
    ):
        rule(postgres, change.format(sql.Identifier(setting), value))
    rule(postgres, sql.SQL("SELECT pg_reload_conf()").format())


def start_tls_valkey(
    engine: Engine, folder: Path, certificate: trustme.LeafCert, address: str = LOOPBACK
) -> Server:
    """Start one that has no port without TLS."""
    folder.mkdir()
    acl = f"user default off\nuser mosaic on #{sha256(PASSWORD.encode()).hexdigest()} {ALLOWED}\n"
    texts = {"users.acl": acl, "server.crt": _chain(certificate), "server.key": _key(certificate)}
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)
    container = engine.run(
        VALKEY_IMAGE,
        *("valkey-server", "--aclfile", "/etc/own/users.acl", "--port", "0", "--tls-port", "6379"),
        *("--tls-cert-file", "/etc/own/server.crt", "--tls-key-file", "/etc/own/server.key"),
        *("--tls-ca-cert-file", "/etc/own/server.crt", "--tls-auth-clients", "no"),
        options=(f"--volume={folder}:/etc/own:ro", f"--publish={address}::6379"),
    )
    eventually(lambda: "Ready to accept connections" in container.logs(), "Valkey listens")
    return Server(container=container, port=port_of(container, 6379), address=address)


def _chain(certificate: trustme.LeafCert) -> str:
    return "".join(blob.bytes().decode() for blob in certificate.cert_chain_pems)


def _key(certificate: trustme.LeafCert) -> str:
    return certificate.private_key_pem.bytes().decode()
