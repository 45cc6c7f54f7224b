"""The cases of the checks that look at servers of the user's own."""

from tests.core.container_cases import STANDALONE, URL
from tests.core.expected import Found, Silent

from mosaic_installer.core.facts.servers import Server, Servers
from mosaic_installer.core.secret import Secret

VERIFIED = Secret("postgres://u:p@db.example.org/d?sslmode=verify-full")
LOCAL_URL = Secret("postgres://u:p@localhost/d")

CASES: dict[str, list[Found | Silent]] = {
    "own-servers-suit-tier": [
        Found("error", "MOSAIC_DATABASE_URL given", {}, {"storage_database_url": URL}),
        Silent({}, STANDALONE | {"storage_database_url": URL}),
    ],
    "own-servers-are-reached-from-containers": [
        Found("error", "`localhost`", {}, STANDALONE | {"storage_database_url": LOCAL_URL}),
        Silent({}, STANDALONE | {"storage_database_url": URL}),
        Silent(
            {},
            {"tier": "standalone", "storage_database_url": LOCAL_URL, "gateway_runtime": "process"},
        ),
    ],
    "own-servers-name-files-in-full": [
        Found(
            "error",
            "`sslrootcert=ca.pem`",
            {},
            STANDALONE | {"storage_database_url": Secret(f"{URL.reveal()}?sslrootcert=ca.pem")},
        ),
        Silent({}, {"storage_database_url": Secret(f"{URL.reveal()}?sslrootcert=ca.pem")}),
        Silent(
            {},
            STANDALONE | {"storage_database_url": Secret(f"{URL.reveal()}?sslrootcert=/ca.pem")},
        ),
        Silent(
            {},
            STANDALONE | {"storage_database_url": Secret(f"{URL.reveal()}?sslrootcert=system")},
        ),
    ],
    "own-servers-name-an-authority": [
        Found(
            "error",
            "`sslmode=verify-full` without",
            {},
            STANDALONE | {"storage_database_url": VERIFIED},
        ),
        Silent({}, STANDALONE | {"storage_database_url": VERIFIED, "gateway_runtime": "process"}),
        Silent(
            {},
            STANDALONE
            | {"storage_database_url": Secret(f"{VERIFIED.reveal()}&sslrootcert=/ca.pem")},
        ),
        Silent({}, STANDALONE | {"storage_database_url": URL}),
    ],
    "own-server-files-are-readable": [
        Found(
            "error",
            "user 10001 in its container, may not read /ca.pem",
            {"person.uid": 0, "servers": Servers(closed_files=("/ca.pem",))},
            STANDALONE,
        ),
        Silent({"servers": Servers(closed_files=("/ca.pem",))}, STANDALONE),
        Silent({"person.uid": 0}, STANDALONE),
    ],
    "own-database-can-be-used": [
        Found(
            "error",
            "cannot be used: refused",
            {"servers": Servers(own_database=Server(problem="refused", hint="h"))},
            STANDALONE,
        ),
    ],
    "own-valkey-can-be-used": [
        Found(
            "error",
            "cannot be used: refused",
            {"servers": Servers(own_valkey=Server(problem="refused", hint="h"))},
            STANDALONE,
        ),
    ],
}
