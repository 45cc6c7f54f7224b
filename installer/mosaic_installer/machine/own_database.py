"""The user's own PostgreSQL, tried before anything is changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mosaic_installer.core.facts.servers import Server
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.own_servers import (
    CREDENTIALS,
    OPTIONS,
    SECONDS,
    UNREACHABLE,
    Refusal,
    refused,
)

if TYPE_CHECKING:
    from psycopg import Connection

OLDEST = 14
ASKED = """
SELECT current_setting('transaction_read_only')::bool,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector'),
    EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')
"""
HAS_DATA = "SELECT EXISTS (SELECT FROM tokens JOIN users ON users.id = tokens.user_id)"
"""Whether there are accounts, in tables that another program is unlikely to have, too."""
TRUST = (
    "name the certificate of its authority, with the whole path of its file: "
    "`?sslmode=verify-full&sslrootcert=/path/of/authority.pem` behind the address"
)
# The first that fits counts.
REFUSALS = (
    Refusal("password authentication failed", CREDENTIALS),
    Refusal("no password supplied", CREDENTIALS),
    Refusal("no encryption", "encrypt the connection: `?sslmode=require` behind the address"),
    Refusal("no pg_hba.conf entry", "let this user and this host in: pg_hba.conf of that server"),
    Refusal("does not support SSL", "turn `ssl` on at that server, or take `sslmode` away"),
    Refusal("root certificate file", TRUST),
    Refusal("certificate verify failed", TRUST, "its certificate is not trusted"),
    Refusal("does not match host name", "name the server as its certificate does"),
    Refusal("invalid sslmode", OPTIONS),
    Refusal("URI query parameter", OPTIONS),
    Refusal("does not exist", "create the database with `CREATE DATABASE`, or correct the address"),
    Refusal("", UNREACHABLE),
)


@frozen
class _Found:
    """What is known of the database after signing in."""

    major: int
    encoding: str
    user: str
    name: str
    is_read_only: bool
    may_create: bool
    has_vector: bool
    is_vector_created: bool
    has_data: bool

    @property
    def may_own(self) -> str:
        """What lets this user do all that the gateway does."""
        return f"ALTER DATABASE {_quoted(self.name)} OWNER TO {_quoted(self.user)}"


def try_database(url: Secret, *, needs_vector: bool, oldest: int = OLDEST) -> Server:
    """Sign in to PostgreSQL and see whether the gateway could work there; nothing is changed.

    `oldest` is the first major version that will do.
    """
    import psycopg

    try:
        with psycopg.connect(url.reveal(), connect_timeout=SECONDS) as connection:
            found = _look(connection)
    except psycopg.Error as error:
        return refused(str(error), url, REFUSALS)
    problem = next(_problems(found, oldest), None)
    if problem is None and needs_vector:
        problem = next(_problems_of_vector(found, url), None)
    return problem or Server(has_data=found.has_data)


def _look(connection: "Connection") -> _Found:
    info = connection.info
    row = connection.execute(ASKED).fetchone() or (False,) * 4
    is_read_only, may_create, has_vector, is_vector_created = (bool(value) for value in row)
    return _Found(
        major=info.server_version // 10_000,
        encoding=info.parameter_status("server_encoding") or "",
        user=info.user,
        name=info.dbname,
        is_read_only=is_read_only,
        may_create=may_create,
        has_vector=has_vector,
        is_vector_created=is_vector_created,
        has_data=_has_data(connection),
    )


def _has_data(connection: "Connection") -> bool:
    import psycopg

    try:
        (has_data,) = connection.execute(HAS_DATA).fetchone() or (False,)
    except psycopg.ProgrammingError:
        connection.rollback()
        return False  # no such tables, or those of somebody else
    return bool(has_data)


def _problems(found: _Found, oldest: int) -> Iterator[Server]:
    if found.major < oldest:
        yield Server(
            problem=f"it is PostgreSQL {found.major}; wanted {oldest} or newer",
            hint="update that server, or leave the address out",
        )
    if found.encoding != "UTF8":
        yield Server(
            problem=f"the encoding of that database is {found.encoding}; wanted UTF8",
            hint="make another: `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`",
        )
    if found.is_read_only:
        yield Server(
            problem="that database is read-only", hint="name the primary server, not a replica"
        )
    if not found.may_create:
        yield Server(
            problem=f"its user `{found.user}` may not create tables in that database",
            hint=f"let a superuser run `{found.may_own}`",
        )


def _problems_of_vector(found: _Found, url: Secret) -> Iterator[Server]:
    if not found.has_vector:
        yield Server(
            problem="that server does not have the extension `vector`",
            hint=f"install pgvector there, the package `postgresql-{found.major}-pgvector`",
        )
    if not found.is_vector_created and not _may_create_extension(url):
        yield Server(
            problem=f"its user `{found.user}` may not create the extension `vector`",
            hint=f"let a superuser run `CREATE EXTENSION vector` in the database `{found.name}`",
        )


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


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.islower() else '"' + name.replace('"', '""') + '"'
