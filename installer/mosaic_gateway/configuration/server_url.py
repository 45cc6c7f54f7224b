"""The address of a database or a queue server. Its password is carried along and never shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class UrlForm:
    """What a kind of address looks like: its schemes with their plain names, and an example."""

    schemes: Mapping[str, str]
    port: int
    example: str


POSTGRES_FORM = UrlForm(
    {"postgresql": "postgresql", "postgres": "postgresql"},
    5432,
    "postgresql://mosaic@postgres:5432/mosaic",
)
VALKEY_FORM = UrlForm(
    {"redis": "redis", "valkey": "redis", "rediss": "rediss", "valkeys": "rediss"},
    6379,
    "redis://mosaic@valkey:6379/0",
)


@dataclass(frozen=True)
class ServerUrl:
    """One server and what to use there; `path` is the database's name or number."""

    scheme: str
    user: str | None
    host: str
    port: int
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The address as it may be shown."""
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{user}{host}:{self.port}/{self.path}"

    def with_password(self, password: str | None) -> "ServerUrl":
        """The same with this password, unless it has one of its own."""
        return self if self.password else replace(self, password=password)


def parse_url(text: str, form: UrlForm) -> ServerUrl:
    """Parse an address; raises ValueError, which repeats nothing of it."""
    try:
        parts = urlsplit(text)
        scheme, host, port = form.schemes[parts.scheme], parts.hostname or "", parts.port
    except (ValueError, KeyError):
        scheme = host = ""
        parts, port = SplitResult("", "", "", "", ""), None
    path = unquote(parts.path.removeprefix("/"))
    if not scheme or not host or port == 0 or "/" in path or not text.isprintable():
        raise ValueError(f"expected an address such as `{form.example}`")
    return ServerUrl(
        scheme,
        _text(parts.username),
        unquote(host),
        port or form.port,
        path,
        tuple(parse_qsl(parts.query)),
        _text(parts.password),
    )


def _text(quoted: str | None) -> str | None:
    return unquote(quoted) if quoted else None
