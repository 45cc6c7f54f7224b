"""PostgreSQL, with its extension for vectors."""

from collections.abc import Mapping

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import DATABASE
from mosaic_installer.core.containers.service import AS_ROOT_FIRST, File, Health, Port, Service

DATA = "/var/lib/postgresql/data"
PASSWORD = "/run/secrets/database-password"  # noqa: S105 - where it lies
START = (
    f"cd {DATA} || exit; "
    "if [ -e PG_VERSION ]; "
    "then kept=$(find base pg_tblspc -name '1[6-9][0-9][0-9][0-9]*' "
    "-o -name '[2-9][0-9][0-9][0-9][0-9]*' -o -name '[1-9][0-9][0-9][0-9][0-9][0-9]*'); "
    "else [ -d pg_wal ] && kept=$(find . ! -type d); fi && "
    '[ -z "$kept" ] && '
    "echo 'what was left of a database that was never whole is removed' >&2 && "
    "find . -mindepth 1 -delete; "
    "if [ ! -s PG_VERSION ] && command -v docker-ensure-initdb.sh >/dev/null; "
    'then docker-ensure-initdb.sh "$@" || exit; fi; '
    "[ ! -s PG_VERSION ] || unset POSTGRES_PASSWORD_FILE; "
    'exec docker-entrypoint.sh "$@"'
)
ASK = "pg_isready --quiet --host=127.0.0.1 --username=mosaic --dbname=mosaic"


def _environment(_answers: Answers) -> Mapping[str, str]:
    return {
        "POSTGRES_USER": "mosaic",
        "POSTGRES_DB": "mosaic",
        "PGDATA": DATA,
        "POSTGRES_PASSWORD_FILE": PASSWORD,
    }


POSTGRES = Service(
    name=DATABASE,
    image="images.postgres",
    instead="storage.database_url",
    ports=(Port(setting="storage.postgres_port", inside=5432, reach="gateway"),),
    reached_at="postgresql://mosaic@{}/mosaic",
    secret="database_password",  # noqa: S106 - its name
    files=(
        File(
            path="gateway/secrets/database-password",
            target=PASSWORD,
            secret="database_password",  # noqa: S106 - its name
        ),
    ),
    volume=DATA,
    proof="gateway/admin-token",
    before_gateway=True,
    environment=_environment,
    entrypoint=("/bin/sh", "-c", START, "sh"),
    command=("postgres",),
    capabilities=AS_ROOT_FIRST,
    scratch=("/tmp", "/var/run/postgresql"),  # noqa: S108 - inside its container
    shared_memory="128m",
    memory="1g",
    processes=512,
    grace=60,
    health=Health(
        test=("CMD", *ASK.split()),
        interval=2,
        timeout=5,
        retries=15,
        start=120,
        rest=13,
    ),
    notes={
        "entrypoint": "Where the making of the database was cut off (a power failure), what there "
        "is of it goes, and it is made anew: the image would take it for whole. Whatever somebody "
        "made since, in any database of the server, has a number of at least 16384 "
        "(FirstNormalObjectId), and keeps all of it. Before there is a PG_VERSION, initdb has made "
        "folders only: where a file lies, it is somebody's. docker-ensure-initdb.sh makes the "
        "database, where the image has it, so that the server itself starts without the password.",
        "environment": "PGDATA: the image of PostgreSQL 18 has moved it away from the volume.",
        "capabilities": "It starts as root to take possession of its volume, and gives that up for "
        "a user of its own; what stays root must be able to signal that user's processes to stop.",
        "health": "Over TCP: while the database is being made, only the local socket answers.",
    },
)
