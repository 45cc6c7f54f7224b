"""Everything a request works with; put together by `operation`, handed out by `access`."""

from dataclasses import dataclass

from mosaic_gateway.accounts.acceptance import Acceptance
from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.setup import Setup
from mosaic_gateway.accounts.sign_in import SignIn
from mosaic_gateway.http.forwarding import Network
from mosaic_gateway.http.readiness import Readiness
from mosaic_gateway.jobs.jobs import Jobs
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns.turns import Turns
from mosaic_gateway.usage.embedding import Embedder
from mosaic_gateway.usage.limits import Limits


@dataclass(frozen=True)
class Services:
    """The parts of a running gateway; each is safe to use from any thread."""

    storage: Storage
    sessions: Sessions
    sign_in: SignIn
    setup: Setup
    acceptance: Acceptance
    readiness: Readiness
    turns: Turns
    embedder: Embedder
    meaning: Meaning
    limits: Limits
    jobs: Jobs
    trusted_origins: frozenset[str]
    trusted_proxies: tuple[Network, ...]
