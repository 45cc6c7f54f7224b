"""The image of PostgreSQL and pgvector behaves as the public one does."""

from pathlib import Path

import pytest
from tests.engine.engine import Container, Engine, run

from mosaic_installer.core.containers.services.postgres import POSTGRES

pytestmark = pytest.mark.install

IMAGE = "pgvector/pgvector:pg17"
DATA = "/var/lib/postgresql/data"
USER, DATABASE = "mosaic", "mosaic_db"
PASSWORD = "s3cret-of-the-database"
HEALTH = f"pg_isready -h 127.0.0.1 -U {USER} -d {DATABASE}"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return write_secret(tmp_path)


def write_secret(folder: Path) -> Path:
    file = folder / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def database(file_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Container:
    """One for all who only look at it, or write to tables of their own."""
    return start(file_engine, write_secret(tmp_path_factory.mktemp("database")))


def start(engine: Engine, secret: Path, *command: str, options: tuple[str, ...] = ()) -> Container:
    database = engine.run(
        IMAGE,
        *command,
        options=(f"--volume={secret}:/run/secrets/password:ro", *options),
        environment={
            "POSTGRES_USER": USER,
            "POSTGRES_DB": DATABASE,
            "POSTGRES_PASSWORD_FILE": "/run/secrets/password",
        },
        health=HEALTH,
    )
    database.wait_until_healthy()
    return database


def query(database: Container, statement: str, password: str = PASSWORD, code: int = 0) -> str:
    """Over the network, where a password is asked for; return the rows, or what was complained."""
    psql = f"psql -h $(hostname) -U {USER} -d {DATABASE} -v ON_ERROR_STOP=1 -qAt"
    done = database.exec(
        *("sh", "-c", f"read -r PGPASSWORD && export PGPASSWORD && {psql}"),
        stdin=f"{password}\n{statement}",
        code=code,
    )
    return done.stdout.strip() if code == 0 else done.stderr


def test_the_documented_environment_makes_a_database(database: Container) -> None:
    assert query(database, "SHOW server_version").startswith("17.")
    who = query(database, "SELECT current_user, current_database(), usesuper FROM pg_user")
    assert who == f"{USER}|{DATABASE}|t"
    locale = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    assert query(database, locale) == "en_US.utf8"
    assert query(database, "SHOW data_directory") == DATA
    assert database.exec("stat", "-c", "%u:%g", "/proc/1", DATA).stdout == "999:999\n999:999\n"


def test_vectors_are_found_by_distance(database: Container) -> None:
    query(database, "CREATE EXTENSION vector; CREATE TABLE t (v vector(3));")
    query(database, "INSERT INTO t VALUES ('[1,2,3]'), ('[9,9,9]');")
    query(database, "CREATE INDEX ON t USING hnsw (v vector_l2_ops);")
    assert query(database, "SELECT v FROM t ORDER BY v <-> '[8,8,8]' LIMIT 1") == "[9,9,9]"


def test_a_password_from_a_file_is_seen_by_nobody(database: Container) -> None:
    assert PASSWORD not in str(database.inspect())
    assert PASSWORD not in database.logs()
    assert "password authentication failed" in query(database, "SELECT 1", "wrong", code=2)


def start_as_installed(engine: Engine, secret: Path, volume: str) -> Container:
    """Start it as an installation does: with the command of its row."""
    shell, *words = POSTGRES.entrypoint or ()
    options = (
        *(f"--volume={volume}:{DATA}", "--init"),
        *("--cap-drop=ALL", *(f"--cap-add={name}" for name in POSTGRES.capabilities)),
        *(f"--tmpfs={path}" for path in POSTGRES.scratch),
        *("--read-only", f"--entrypoint={shell}"),
    )
    return start(engine, secret, *words, *(POSTGRES.command or ()), options=options)


def environment_of(database: Container) -> str:
    """Return what the server has in its environment, which its own user may read."""
    command = f"cat /proc/$(head -n 1 {DATA}/postmaster.pid)/environ"
    shown = run("docker", "exec", "--user=postgres", database.name, "sh", "-c", command).stdout
    assert f"PGDATA={DATA}" in shown
    return shown


def test_an_installed_server_never_sees_the_password_nor_what_a_cut_off_initdb_left(
    engine: Engine, secret: Path
) -> None:
    volume = engine.volume()
    left = f"cd {DATA} && mkdir -p pg_wal/archive_status global base/1 && chown -R postgres ."
    maker = engine.run(IMAGE, "sh", "-c", left, options=(f"--volume={volume}:{DATA}",))
    assert maker.wait_for_exit() == 0
    first = start_as_installed(engine, secret, volume)
    assert "of a database that was never whole is removed" in first.logs()
    assert query(first, "SELECT 1") == "1"
    assert PASSWORD not in environment_of(first)
    first.remove()
    again = start_as_installed(engine, secret, volume)
    assert "is removed" not in again.logs()
    assert query(again, "SELECT 1") == "1"
    assert PASSWORD not in environment_of(again)


@pytest.fixture
def init_files(tmp_path: Path) -> str:
    """An option that mounts what is to be run when the database is made."""
    scripts = tmp_path / "init"
    scripts.mkdir()
    (scripts / "10-table.sql").write_text("CREATE TABLE seen (what text);")
    insert = "INSERT INTO seen VALUES (:'what');"
    (scripts / "20-sourced.sh").write_text(f'docker_process_sql -v what=sourced <<<"{insert}"\n')
    program = scripts / "30-program.sh"
    program.write_text(
        "#!/bin/sh\necho \"INSERT INTO seen VALUES ('$POSTGRES_USER');\" |"
        ' psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"\n'
    )
    program.chmod(0o755)
    (scripts / "40-notes.txt").write_text("nothing to run")
    return f"--volume={scripts}:/docker-entrypoint-initdb.d:ro"


def test_data_outlives_its_container_and_is_initialized_once(
    engine: Engine, secret: Path, init_files: str
) -> None:
    """In the order of the files; it keeps its password, and new arguments reach the server."""
    options = (init_files, f"--volume={engine.volume()}:{DATA}")
    first = start(engine, secret, options=options)
    assert query(first, "SELECT what FROM seen").splitlines() == ["sourced", USER]
    assert "ignoring /docker-entrypoint-initdb.d/40-notes.txt" in first.logs()
    assert first.stop() == 0
    assert "database system is shut down" in first.logs()
    first.remove()

    secret.write_text("another-password")
    again = start(engine, secret, "postgres", "-c", "max_connections=17", options=options)
    assert query(again, "SELECT count(*) FROM seen") == "2"
    assert query(again, "SHOW max_connections") == "17"
    assert "Skipping initialization" in again.logs()
    refused = query(again, "SELECT 1", "another-password", code=2)
    assert "password authentication failed" in refused


def test_a_database_without_a_password_is_refused(engine: Engine) -> None:
    database = engine.run(IMAGE)
    assert database.wait_for_exit() == 1
    assert "superuser password is not specified" in database.logs()


def test_a_password_given_twice_is_refused(engine: Engine) -> None:
    environment = {"POSTGRES_PASSWORD": "a", "POSTGRES_PASSWORD_FILE": "/etc/hostname"}
    database = engine.run(IMAGE, environment=environment)
    assert database.wait_for_exit() == 1
    assert "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set" in database.logs()


@pytest.mark.sampled(1)
@pytest.mark.parametrize("user", ["999:999", "12345:12345"])
def test_it_runs_as_another_user_with_few_rights(engine: Engine, secret: Path, user: str) -> None:
    secret.chmod(0o644)
    uid, _, gid = user.partition(":")
    owned = f"uid={uid},gid={gid},mode=0700"
    options = (
        *(f"--user={user}", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only"),
        *(f"--tmpfs={DATA}:{owned}", f"--tmpfs=/run/postgresql:{owned}", "--tmpfs=/tmp"),
    )
    database = start(engine, secret, options=options)
    assert query(database, "SELECT 1") == "1"
    assert database.exec("stat", "-c", "%u", "/proc/1").stdout == f"{uid}\n"
