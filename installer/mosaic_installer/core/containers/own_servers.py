"""Servers of the user's own, in place of containers: what their addresses say besides the place."""

from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.secret import Secret

FILE_OPTIONS = frozenset(
    {"sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
)
"""What names a file in the address of a PostgreSQL (postgresql.org/docs/17/libpq-connect.html) or
a Valkey (redis.readthedocs.io, `SSLConnection`)."""
SYSTEMS_OWN = frozenset({"system", ""})
"""Values of those options that name no file."""


def own_server_options(answers: Answers) -> dict[str, str]:
    """Return what stands behind the addresses of the user's own servers; there may be secrets."""
    urls = (answers.storage.database_url, answers.storage.valkey_url)
    options = (parse_qsl(urlsplit(url.reveal()).query) for url in urls if url)
    return dict(chain.from_iterable(options))


def own_server_files(answers: Answers) -> dict[str, Path]:
    """Return the files that the addresses of the user's own servers name, by their options.

    Certificates and keys for TLS, which the gateway has to read wherever it runs.
    """
    return {
        name: Path(value)
        for name, value in own_server_options(answers).items()
        if name in FILE_OPTIONS and value not in SYSTEMS_OWN
    }


def without_password(url: Secret) -> str:
    """Return where a server is; a password may stand among the options, too."""
    parts = urlsplit(url.reveal())
    person, at, place = parts.netloc.rpartition("@")
    user = person.partition(":")[0]
    return f"{parts.scheme}://{user}{at if user else ''}{place}{parts.path}"
