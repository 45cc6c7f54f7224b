"""What PostgreSQL's failures mean: by SQLSTATE or, while connecting, by what the server says.

https://www.postgresql.org/docs/17/errcodes-appendix.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mosaic_gateway.configuration.server_url import ServerUrl
from mosaic_gateway.errors import StorageError

LONGEST_REASON = 300


@dataclass(frozen=True)
class Reason:
    """Why the database cannot be used, and what its operator can do."""

    what: str
    hint: str
    is_passing: bool = False


_CREDENTIALS = Reason(
    "refused the user or the password",
    "correct `MOSAIC_DATABASE_PASSWORD` (or the file it is in), or the user in the address",
)
_NO_DATABASE = Reason(
    "does not exist on its server", "create it with `CREATE DATABASE`, or correct the address"
)
_NOT_ALLOWED = Reason(
    "does not let this user do that",
    "make the user owner of the database, or grant it CREATE and USAGE on its schema",
)
_NO_TABLE = Reason(
    "lacks a table or column of ours", "restore it from a backup, or see `mosaic-gateway migrate`"
)
_NOT_ADMITTED = Reason(
    "does not admit this host or this kind of connection",
    "see pg_hba.conf of the server, or add `?sslmode=require` to the address",
)
_UNTRUSTED = Reason(
    "shows a certificate that is not trusted here",
    "name its authority: `?sslmode=verify-full&sslrootcert=/path/of/authority.pem`, or name the"
    " server as its certificate does",
)
_UNREACHABLE = Reason(
    "cannot be reached", "start it, or correct the host and port in its address", is_passing=True
)
_UNKNOWN_HOST = Reason(
    "cannot be reached: its host is not known here",
    "correct the host in its address, or start the container of that name",
    is_passing=True,
)
_STARTING = Reason(
    "is starting or stopping", "see the server's log if it stays so", is_passing=True
)
_CROWDED = Reason(
    "has no free connection", "raise `max_connections` or run fewer replicas", is_passing=True
)
_NO_ANSWER = Reason("did not answer in time", "see the server's log and load", is_passing=True)

# The longest prefix of the SQLSTATE that is listed counts.
_BY_STATE = {
    "08": _UNREACHABLE,
    "22P05": Reason(
        "cannot store these characters: its encoding is not UTF-8",
        "move it to a database that was created with `ENCODING 'UTF8'`",
    ),
    "25006": Reason("is read-only", "connect to the primary server"),
    "28": _CREDENTIALS,
    "3D000": _NO_DATABASE,
    "40": Reason("was changed by another at the same moment", "try again", is_passing=True),
    "42501": _NOT_ALLOWED,
    "42703": _NO_TABLE,
    "42P01": _NO_TABLE,
    "53": Reason("is out of memory or another resource", "see the server's log", is_passing=True),
    "53100": Reason("cannot grow: the disk is full", "free some space on its disk"),
    "53300": _CROWDED,
    "55P03": Reason("is locked by another program", "see `pg_locks`", is_passing=True),
    "57": _STARTING,
    "57014": _NO_ANSWER,
    "58": Reason("cannot read or write its own files", "see the server's log and disk"),
    "XX": Reason("is damaged", "see the server's log; restore it from a backup"),
}
# Failures to connect carry no SQLSTATE, only what libpq or the server says.
_BY_TEXT = (
    ("password authentication failed", _CREDENTIALS),
    ("authentication failed", _CREDENTIALS),
    ("no password supplied", _CREDENTIALS),
    ("no pg_hba.conf entry", _NOT_ADMITTED),
    ("does not support SSL", _NOT_ADMITTED),
    ("certificate", _UNTRUSTED),
    ("permission denied for database", _NOT_ALLOWED),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("not accepting connections", _STARTING),
    ("recovery mode", _STARTING),
    ("connection slots", _CROWDED),
    ("too many", _CROWDED),
    ("failed to resolve", _UNKNOWN_HOST),
    ("could not translate host name", _UNKNOWN_HOST),
    ("timeout", _NO_ANSWER),
    ("refused", _UNREACHABLE),
    ("No route to host", _UNREACHABLE),
    ("invalid connection option", Reason(
        "has an address with an unknown option", "remove what follows `?` in the address"
    )),
)  # fmt: skip


def explanation(error: DBAPIError | PoolTimeoutError, url: ServerUrl) -> StorageError | None:
    """What to tell about the failure; None when it is a bug of ours."""
    if isinstance(error, PoolTimeoutError):
        return _error(url, _CROWDED)
    state = state_of(error)
    said = str(error.orig)
    reason = _by_state(state) if state else _by_text(said)
    if reason is not None:
        return _error(url, reason)
    if state or isinstance(error, ProgrammingError):
        return None
    # Nothing we know, said while connecting: the operator knows more than we do.
    what = _first_line(said, url)
    return StorageError(
        f"the database `{url}` cannot be reached: {what}",
        _UNREACHABLE.hint,
        brief=_UNREACHABLE.what,
        is_passing=True,
    )


def state_of(error: DBAPIError) -> str | None:
    """The SQLSTATE of the failure, five characters; None when the server did not give one."""
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _by_state(state: str) -> Reason | None:
    return next((_BY_STATE[known] for known in _prefixes(state) if known in _BY_STATE), None)


def _prefixes(state: str) -> Iterable[str]:
    return (state[:length] for length in (5, 2))


def _by_text(said: str) -> Reason | None:
    if "database" in said and "does not exist" in said:
        return _NO_DATABASE
    return next((reason for pattern, reason in _BY_TEXT if pattern in said), None)


def _error(url: ServerUrl, reason: Reason) -> StorageError:
    return StorageError(
        f"the database `{url}` {reason.what}",
        reason.hint,
        brief=reason.what,
        is_passing=reason.is_passing,
    )


def _first_line(said: str, url: ServerUrl) -> str:
    line = said.partition("\n")[0][:LONGEST_REASON]
    return line.replace(url.password, "…") if url.password else line
