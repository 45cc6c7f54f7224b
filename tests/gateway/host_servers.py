"""The PostgreSQL 15 and the Redis 7.0 of Debian 12, as processes of this host, on loopback.

Neither is what we ship, both are old, and both can be stopped and started at the same port.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import redis
from psycopg import sql
from tests.gateway.servers import PASSWORD, ROOT_PASSWORD
from tests.ports import reserve_port

POSTGRES, REDIS = Path("/usr/lib/postgresql/15/bin"), "redis-server"
NOBODY = "nobody"
DEADLINE = 90.0
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off")


def missing_on_host() -> str:
    """Return what is not on this host, in words; nothing when all is there."""
    is_here = {"postgresql-15": POSTGRES.is_dir(), "redis-server": bool(shutil.which(REDIS))}
    absent = [name for name in is_here if not is_here[name]]
    return f"Debian's {' and '.join(absent)}" if absent else ""


@dataclass
class HostServer:
    """A program that listens on a port of this host; `ask` raises while it does not answer."""

    command: Sequence[str]
    port: int
    ask: Callable[[int], object]
    ending: signal.Signals
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, user=_user())
        deadline = time.monotonic() + DEADLINE
        while True:
            assert self.process.poll() is None, f"{self.command[0]} ended"
            try:
                self.ask(self.port)
            except (psycopg.OperationalError, redis.RedisError):
                assert time.monotonic() < deadline, f"{self.command[0]} never answered"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it as its operator would, and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(self.ending)
            self.process.wait(DEADLINE)
            self.process = None


@contextmanager
def running_postgres() -> Iterator[HostServer]:
    """With a superuser called `root`."""
    with _folder() as folder, ExitStack() as reserved:
        (folder / "root-password").write_text(ROOT_PASSWORD)
        made = ("--username=root", f"--pwfile={folder}/root-password", "--auth=scram-sha-256")
        kind = ("--encoding=UTF8", "--locale=C", "--no-sync", f"--pgdata={folder}/data")
        initdb = (str(POSTGRES / "initdb"), *made, *kind)
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=_user())
        port = reserve_port(reserved)
        places = ("-p", str(port), "-h", "127.0.0.1", "-k", str(folder))
        command = (str(POSTGRES / "postgres"), "-D", f"{folder}/data", *places, *FAST)
        # Its "fast shutdown": connections are ended, not waited for.
        with _running(HostServer(command, port, _ask_postgres, signal.SIGINT)) as server:
            yield server


@contextmanager
def running_redis() -> Iterator[HostServer]:
    """Whoever knows the password may do anything; it keeps what it holds when it is stopped."""
    with _folder() as folder, ExitStack() as reserved:
        port = reserve_port(reserved)
        (folder / "redis.conf").write_text(
            f'bind 127.0.0.1\nport {port}\ndir "{folder}"\nappendonly yes\n'
            f'requirepass "{PASSWORD}"\nlogfile "{folder}/log"\n'
        )
        command = (REDIS, f"{folder}/redis.conf")
        with _running(HostServer(command, port, _ask_redis, signal.SIGTERM)) as server:
            yield server


def make_database(server: HostServer, name: str) -> None:
    """Make a role `mosaic` and a database of its own."""
    with psycopg.connect(_conninfo(server.port), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE mosaic LOGIN PASSWORD {}").format(PASSWORD))
        create = sql.SQL("CREATE DATABASE {} OWNER mosaic").format(sql.Identifier(name))
        connection.execute(create)


@contextmanager
def _running(server: HostServer) -> Iterator[HostServer]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _ask_postgres(port: int) -> None:
    psycopg.connect(_conninfo(port)).close()


def _ask_redis(port: int) -> None:
    with redis.Redis(port=port, password=PASSWORD, protocol=2) as client:
        client.ping()


def _conninfo(port: int) -> str:
    return psycopg.conninfo.make_conninfo(
        host="127.0.0.1", port=port, user="root", password=ROOT_PASSWORD, dbname="postgres"
    )


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return NOBODY if os.getuid() == 0 else None


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of that user; those of pytest are closed to all but their owner."""
    with TemporaryDirectory(prefix="mosaic-test-") as name:
        if _user():
            shutil.chown(name, NOBODY)
        yield Path(name)
