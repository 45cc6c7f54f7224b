"""A real PostgreSQL 17 and a real Valkey 8, in containers; each test has a database of its own."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from tests.engine.engine import Container, Engine, run

POSTGRES_IMAGE, VALKEY_IMAGE = "pgvector/pgvector:pg17", "valkey/valkey:8-alpine"
PASSWORD = "pass-word$of the/servers"
ROOT_PASSWORD = "root-password-of-the-servers"
LOOPBACK = "127.0.0.1"
DEADLINE = 180.0
# All that the gateway needs to be allowed on Valkey.
ALLOWED = "~mosaic:* -@all +@read +@write +@scripting +@connection +@transaction +time"
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")


@dataclass(frozen=True, kw_only=True)
class Server:
    """A container, and where it listens on this host."""

    container: Container
    port: int
    address: str = LOOPBACK


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Both, with a role and a user called `mosaic` who may do no more than they need."""

    postgres: Server
    valkey: Server
    numbers: Iterator[int]

    def new_database(self, template: str = "template0") -> str:
        name = f"test_{next(self.numbers)}"
        statement = sql.SQL("CREATE DATABASE {} OWNER mosaic TEMPLATE {}")
        self.rule(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop_database(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.rule(statement.format(sql.Identifier(name)))

    def rule(self, statement: sql.Composed, database: str = "postgres") -> None:
        """Run a statement as superuser."""
        rule(self.postgres, statement, database)

    def keys(self, number: int) -> "redis.Redis":
        """Valkey's database of this number, with every right."""
        return redis.Redis(
            port=self.valkey.port, db=number, username="root", password=ROOT_PASSWORD, protocol=2
        )


def rule(server: Server, statement: sql.Composed, database: str = "postgres") -> None:
    """Run a statement as superuser."""
    with closing(root(server, database)) as connection:
        connection.execute(statement)


def root(server: Server, database: str = "postgres") -> "psycopg.Connection":
    return psycopg.connect(
        host=server.address,
        port=server.port,
        user="root",
        password=ROOT_PASSWORD,
        dbname=database,
        autocommit=True,
    )


@contextmanager
def running_servers(folder: Path) -> Iterator[Servers]:
    with Engine.opened() as engine:
        postgres, valkey = start_postgres(engine), start_valkey(engine, folder)
        yield Servers(postgres=postgres, valkey=valkey, numbers=count(1))


def start_postgres(engine: Engine, address: str = LOOPBACK, *, port: int | None = None) -> Server:
    """Start one; with a port of its own it may be stopped and started, and keeps what it has."""
    data = "/var/lib/postgresql/data"
    place = f"--tmpfs={data}" if port is None else f"--volume={engine.volume()}:{data}"
    container = engine.run(
        POSTGRES_IMAGE,
        *FAST,
        options=(f"--publish={address}:{port or ''}:5432", place),
        environment={"POSTGRES_USER": "root", "POSTGRES_PASSWORD": ROOT_PASSWORD},
    )
    server = Server(container=container, port=port_of(container, 5432), address=address)
    create = sql.SQL("CREATE ROLE mosaic LOGIN PASSWORD {}").format(PASSWORD)
    with closing(_connected(server)) as connection:
        connection.execute(create)
    return server


def start_valkey(
    engine: Engine, folder: Path, address: str = LOOPBACK, *, port: int | None = None
) -> Server:
    """Start one; with a port of its own it may be stopped and started, and keeps what it has."""
    hashes = [sha256(each.encode()).hexdigest() for each in (PASSWORD, ROOT_PASSWORD)]
    acl = folder / "users.acl"
    acl.write_text(
        f"user default off ~* &* +@all\nuser mosaic on #{hashes[0]} {ALLOWED}\n"
        f"user root on #{hashes[1]} ~* &* +@all\n"
    )
    acl.chmod(0o644)
    place = () if port is None else (f"--volume={engine.volume()}:/data",)
    container = engine.run(
        VALKEY_IMAGE,
        *("valkey-server", "--aclfile", "/etc/valkey/users.acl", "--databases", "4096"),
        *("--appendonly", "no" if port is None else "yes"),
        options=(
            f"--volume={acl}:/etc/valkey/users.acl:ro",
            f"--publish={address}:{port or ''}:6379",
            *place,
        ),
    )
    return Server(container=container, port=port_of(container, 6379), address=address)


def port_of(container: Container, inside: int) -> int:
    answer = run("docker", "port", container.name, f"{inside}/tcp").stdout
    return int(answer.split()[0].rpartition(":")[2])


def _connected(server: Server) -> "psycopg.Connection":
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            return root(server)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, server.container.logs()
            time.sleep(0.1)
