"""The image of Valkey behaves as the public one does."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.engine.engine import Container, Engine, eventually

from mosaic_installer.core.containers.services.valkey import VALKEY

pytestmark = pytest.mark.install

IMAGE = "valkey/valkey:8-alpine"
PASSWORD = "s3cret-of-the-queue"
HEALTH = "valkey-cli -h 127.0.0.1 ping | grep -qE 'PONG|NOAUTH'"


def start(engine: Engine, *command: str, options: tuple[str, ...] = ()) -> Container:
    queue = engine.run(IMAGE, *command, options=options, health=HEALTH)
    queue.wait_until_healthy()
    return queue


def ask(queue: Container, *command: str, password: str = PASSWORD) -> str:
    """As the user of the ACL file, over the network."""
    words = " ".join(command)
    script = f"read -r REDISCLI_AUTH && export REDISCLI_AUTH && valkey-cli -h $(hostname) {words}"
    return queue.exec("sh", "-c", script, stdin=f"{password}\n", code=None).said.strip()


@pytest.fixture
def acl(tmp_path: Path) -> str:
    """An option that gives the container a file with one user, whose password stands hashed."""
    file = tmp_path / "users.acl"
    hashed = sha256(PASSWORD.encode()).hexdigest()
    file.write_text(f"user default off\nuser mosaic on #{hashed} ~* &* +@all\n")
    return f"--volume={file}:/etc/valkey/users.acl:ro"


def test_without_arguments_it_serves_everyone_on_the_network(engine: Engine) -> None:
    queue = start(engine)
    assert queue.exec("sh", "-c", "valkey-cli -h $(hostname) set key value").stdout == "OK\n"
    assert queue.exec("valkey-cli", "get", "key").stdout == "value\n"
    assert "valkey_version:8." in queue.exec("valkey-cli", "info", "server").stdout
    assert queue.exec("stat", "-c", "%u:%g", "/proc/1", "/data").stdout == "999:1000\n999:1000\n"


def test_an_acl_file_lets_one_user_in(engine: Engine, acl: str) -> None:
    queue = start(engine, "valkey-server", "--aclfile", "/etc/valkey/users.acl", options=(acl,))
    assert ask(queue, "--user mosaic set key value") == "OK"
    assert ask(queue, "--user mosaic get key") == "value"
    assert "WRONGPASS" in ask(queue, "--user mosaic get key", password="wrong")
    assert "NOAUTH" in queue.exec("valkey-cli", "get", "key").said
    assert PASSWORD not in str(queue.inspect()) + queue.logs()


def test_a_configuration_file_is_read(engine: Engine, acl: str, tmp_path: Path) -> None:
    file = tmp_path / "valkey.conf"
    file.write_text("aclfile /etc/valkey/users.acl\nmaxmemory 50mb\nport 6390\n")
    mounted = f"--volume={file}:/etc/valkey/valkey.conf:ro"
    check = "--health-cmd=valkey-cli -p 6390 ping | grep -q NOAUTH"
    queue = start(engine, "/etc/valkey/valkey.conf", options=(acl, mounted, check))
    assert ask(queue, "-p 6390 --user mosaic config get maxmemory").endswith("52428800")


def test_data_survives_in_the_volume(engine: Engine) -> None:
    options = (f"--volume={engine.volume()}:/data",)
    first = start(engine, "--appendonly", "yes", options=options)
    first.exec("valkey-cli", "set", "key", "kept")
    assert first.stop() == 0
    first.remove()
    again = start(engine, "--appendonly", "yes", options=options)
    assert again.exec("valkey-cli", "get", "key").stdout == "kept\n"


def test_it_runs_with_few_rights(engine: Engine) -> None:
    options = (
        *("--user=999:1000", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only"),
        "--tmpfs=/data:uid=999,gid=1000",
    )
    queue = start(engine, options=options)
    assert queue.exec("valkey-cli", "set", "key", "value").stdout == "OK\n"


def test_what_an_installation_may_have_kept_leaves_it_writable(engine: Engine) -> None:
    (start_line,) = VALKEY.command or ()
    flags = start_line.partition("--aclfile ")[2].split()[1:]
    save = flags.index("''")
    options = (f"--memory={VALKEY.memory}", f"--volume={engine.volume()}:/data")
    queue = start(engine, *flags[:save], "", *flags[save + 1 :], options=options)
    # In one value, and in memory of its own: more than what versions with less would take.
    queue.exec("valkey-cli", "setrange", "big", str(300 * 1024 * 1024), "x")
    assert queue.exec("valkey-cli", "set", "key", "value").stdout == "OK\n"
    queue.exec("valkey-cli", "bgrewriteaof")
    state = "valkey-cli info persistence | tr -d '\\r' | grep -c -e "
    eventually(
        lambda: queue.exec("sh", "-c", f"{state} aof_rewrite_in_progress:0", code=None).code == 0,
        "the file is written anew",
    )
    assert queue.exec("sh", "-c", f"{state} aof_last_bgrewrite_status:ok").stdout == "1\n"
    assert queue.exec("valkey-cli", "set", "key", "again").stdout == "OK\n"
