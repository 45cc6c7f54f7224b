"""The user's own database and queue, tried before anything is changed."""

from urllib.parse import unquote, urlsplit

from mosaic_installer.core.facts import Server
from mosaic_installer.core.secret import Secret

SECONDS = 5
OLDEST_POSTGRES = 14
OLDEST_VALKEY = (7, 0)
CAN_CREATE = "SELECT has_database_privilege(current_database(), 'CREATE')"
HAS_VECTOR = "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'"
IS_CREATED = "SELECT count(*) FROM pg_extension WHERE extname = 'vector'"


def try_database(url: Secret, *, needs_vector: bool) -> Server:
    """Sign in to PostgreSQL and see whether the gateway could work there."""
    import psycopg

    try:
        with psycopg.connect(url.reveal(), connect_timeout=SECONDS) as connection:
            version = connection.info.server_version // 10_000
            may_create = _first(connection.execute(CAN_CREATE).fetchone())
            has_vector = _first(connection.execute(HAS_VECTOR).fetchone())
            is_created = _first(connection.execute(IS_CREATED).fetchone())
    except psycopg.Error as error:
        return _failed(str(error), url, "create the role and the database, or correct the address")
    if version < OLDEST_POSTGRES:
        return Server(
            problem=f"it is PostgreSQL {version}; wanted {OLDEST_POSTGRES} or newer",
            hint="update that server, or leave the address out",
        )
    if not may_create:
        return Server(
            problem="its user may not create anything in that database",
            hint="make that user the owner of the database: `ALTER DATABASE … OWNER TO …`",
        )
    if needs_vector and not has_vector:
        return Server(
            problem="that server does not have the extension `vector`",
            hint="install pgvector there, the package `postgresql-17-pgvector`",
        )
    if needs_vector and not is_created and not _may_create_extension(url):
        return Server(
            problem="its user may not create the extension `vector`",
            hint="let a superuser run `CREATE EXTENSION vector` in that database",
        )
    return Server()


def try_valkey(url: Secret) -> Server:
    """Sign in to Valkey and see whether the gateway could work there."""
    import redis

    plain = url.reveal().replace("valkeys://", "rediss://").replace("valkey://", "redis://")
    try:
        with redis.Redis.from_url(
            plain, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
        ) as client:
            client.ping()
            found = client.info("server")
    except redis.ResponseError:
        return Server()  # signed in, but kept from asking for its version
    except (redis.RedisError, OSError, ValueError) as error:
        return _failed(str(error), url, "start that server, or correct the address")
    version = str(found.get("valkey_version") or found.get("redis_version") or "")
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST_VALKEY:
        return Server(
            problem=f"it is version {version}; wanted {OLDEST_VALKEY[0]} or newer",
            hint="update that server, or leave the address out",
        )
    return Server()


def _may_create_extension(url: Secret) -> bool:
    """Try it and take it back: whether an extension is trusted, only the server knows."""
    import psycopg

    try:
        with psycopg.connect(url.reveal(), connect_timeout=SECONDS) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.rollback()
    except psycopg.Error:
        return False
    return True


def _first(row: tuple[object, ...] | None) -> object:
    return row[0] if row else None


def _failed(words: str, url: Secret, hint: str) -> Server:
    lines = [line.strip(" -\t") for line in words.splitlines() if line.strip()]
    # The reason stands behind the address; PostgreSQL's library asks a question below it.
    reasons = [line for line in lines if "failed: " in line] or lines or ["it does not answer"]
    text = reasons[0].rpartition("failed: ")[2]
    quoted = urlsplit(url.reveal()).password or ""
    for password in {quoted, unquote(quoted)} - {""}:
        text = text.replace(password, "…")
    return Server(problem=text, hint=hint)
