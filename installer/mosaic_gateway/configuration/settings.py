"""What `serve` needs to know besides the tier configuration; parsed, so that it is valid or absent.

Secrets are never shown, not even by repr.
"""

import socket
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.errors import SettingsError

DEFAULT_BIND = "127.0.0.1"
DEFAULT_PORT = 14242
SHORTEST_SECRET = 32
DEFAULT_PATIENCE = 30.0

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    bind: str
    port: int

    @property
    def local_host(self) -> str:
        """The address that this host reaches it by; never a name, which may mean another."""
        return _REACHED_BY.get(self.bind, self.bind)


@dataclass(frozen=True)
class ServeSettings(Address):
    """Where to listen, whom to trust, and the key of the session digests."""

    origins: tuple[str, ...]
    session_secret: str = field(repr=False)
    # What whoever sets this gateway up must know; without one nobody can over HTTP.
    setup_secret: str | None = field(default=None, repr=False)
    # Whose word about where a request comes from is believed.
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    # The networks whose addresses say nothing of who asks: a Swarm's mesh gives everybody its own.
    hidden_clients: tuple[IPv4Network | IPv6Network, ...] = ()
    # How many seconds a start waits for the servers it depends on.
    patience: float = DEFAULT_PATIENCE
    # How many seconds it goes on accepting once it is told to stop, and says that it is not ready.
    drain: float = 0

    @property
    def runner(self) -> str:
        """What tells this gateway from others: only one on this host can have the port."""
        return f"{socket.gethostname()}:{self.port}"

    @property
    def own_origins(self) -> tuple[str, ...]:
        """How a browser on this host may name us.

        Never derived from a request's Host header: whoever rebinds a name to us chooses that.
        """
        is_local = self.bind in (*_LOOPBACK_NAMES, *_WILDCARDS)
        names = _LOOPBACK_NAMES if is_local else (self.bind,)
        return tuple(f"http://{bracketed(name)}:{self.port}" for name in names)

    @property
    def trusted_origins(self) -> frozenset[str]:
        """Every origin whose pages may act for a signed-in user."""
        return frozenset((*self.origins, *self.own_origins))


def read_address(environment: Environment) -> Address:
    """Read where to listen; raises SettingsError naming the variable."""
    return Address(
        bind=environment.get("MOSAIC_GATEWAY_BIND") or DEFAULT_BIND,
        port=_parse_port(environment.get("MOSAIC_GATEWAY_PORT") or str(DEFAULT_PORT)),
    )


def read_settings(environment: Environment) -> ServeSettings:
    """Read everything; raises SettingsError naming the variable."""
    address = read_address(environment)
    return ServeSettings(
        bind=address.bind,
        port=address.port,
        origins=_parse_origins(environment.get("MOSAIC_CORS_ORIGIN") or ""),
        session_secret=_session_secret(environment),
        setup_secret=_setup_secret(environment),
        trusted_proxies=_networks(environment, "MOSAIC_TRUSTED_PROXIES"),
        hidden_clients=_networks(environment, "MOSAIC_HIDDEN_CLIENTS"),
        patience=_seconds(environment, "MOSAIC_START_PATIENCE", DEFAULT_PATIENCE),
        drain=_seconds(environment, "MOSAIC_STOP_DRAIN", 0),
    )


def bracketed(host: str) -> str:
    """The host as it stands in a URL: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def _parse_port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    raise SettingsError(
        "`MOSAIC_GATEWAY_PORT` is not a port", "a port is a number between 1 and 65535"
    )


def _seconds(environment: Environment, name: str, default: float) -> float:
    text = environment.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return float(text)
    raise SettingsError(f"`{name}` is not a number of seconds", "use a number between 0 and 9999")


def _parse_origins(text: str) -> tuple[str, ...]:
    return tuple(_parse_origin(each.strip()) for each in text.split(",") if each.strip())


def _parse_origin(text: str) -> str:
    origin = text.removesuffix("/").lower()
    if _is_origin(origin):
        return origin
    raise SettingsError(
        f"`MOSAIC_CORS_ORIGIN` contains `{text}`, which is not an origin",
        "an origin is like `https://mosaic.example.org` or `http://localhost:3000`, without a path",
    )


def _networks(environment: Environment, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    text = environment.get(name) or ""
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise SettingsError(
            f"`{name}` contains what is neither an address nor a network",
            "separate addresses such as `10.0.0.7` and networks such as `10.0.0.0/24` by commas",
        ) from None


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_bare = text == f"{parts.scheme}://{parts.netloc}" and {*"@* "}.isdisjoint(text)
    return parts.scheme in {"http", "https"} and is_complete and is_bare


def _session_secret(environment: Environment) -> str:
    secret = environment.get("MOSAIC_SESSION_SECRET")
    if secret is None:
        raise SettingsError(
            "`MOSAIC_SESSION_SECRET` is not set",
            f"set it, or `MOSAIC_SESSION_SECRET_FILE`, to at least {SHORTEST_SECRET} characters",
        )
    return _parse_secret("MOSAIC_SESSION_SECRET", secret)


def _setup_secret(environment: Environment) -> str | None:
    secret = environment.get("MOSAIC_SETUP_SECRET")
    return None if secret is None else _parse_secret("MOSAIC_SETUP_SECRET", secret)


def _parse_secret(name: str, text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise SettingsError(
            f"`{name}` has {len(text)} characters",
            f"use at least {SHORTEST_SECRET} random characters",
        )
    return text
