"""Everything a request works with; put together by `operation`, handed out by `access`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.setup import Setup
from mosaic_gateway.accounts.sign_in import SignIn
from mosaic_gateway.http.forwarding import Network
from mosaic_gateway.storage.pool import Storage


class Probe(Protocol):
    """Something `/health/ready` reports on."""

    def check(self) -> None:
        """Return when it works; raises ServiceError when it does not."""


@dataclass(frozen=True)
class Services:
    """The parts of a running gateway; each is safe to use from any thread."""

    storage: Storage
    sessions: Sessions
    sign_in: SignIn
    setup: Setup
    probes: Mapping[str, Probe]
    trusted_origins: frozenset[str]
    trusted_proxies: tuple[Network, ...]
