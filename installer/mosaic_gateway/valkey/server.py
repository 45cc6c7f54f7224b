"""The connection to Valkey. Every failure that is not a bug leaves this door as a QueueError."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from redis import ConnectionPool, Redis
from redis import exceptions as failures
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from mosaic_gateway.configuration.server_url import ServerUrl
from mosaic_gateway.errors import QueueError
from mosaic_gateway.waiting import wait_for

# Two attempts fit into the five seconds that `/health/ready` gives us.
TIMEOUT_SECONDS = 2.0
RETRIES, RETRY_PAUSE_SECONDS = 1, 0.1
IDLE_CHECK_SECONDS = 15
PROBE_KEY, PROBE_LIFE_SECONDS = "mosaic:probe", 60

# The first that fits counts: kind of failure, how the server's answer begins, what and hint.
_CREDENTIALS = (
    "refused the user or the password",
    "correct `MOSAIC_VALKEY_PASSWORD` (or the file it is in), or the user in the address",
)
_REASONS: tuple[tuple[type[Exception], str, tuple[str, str]], ...] = (
    (failures.AuthenticationError, "", _CREDENTIALS),
    (failures.ResponseError, "NOAUTH", _CREDENTIALS),
    (failures.ResponseError, "WRONGPASS", _CREDENTIALS),
    (
        failures.NoPermissionError,
        "",
        ("does not let this user do that", "allow the keys `mosaic:*` in its access list"),
    ),
    (failures.ReadOnlyError, "", ("is a read-only replica", "connect to the primary server")),
    (failures.OutOfMemoryError, "", ("is out of memory", "raise its `maxmemory`")),
    (
        failures.ResponseError,
        "MISCONF",
        ("cannot write its file", "see the server's log and disk"),
    ),
    (
        failures.ResponseError,
        "DB index",
        ("has no database of this number", "use a number below its `databases` in the address"),
    ),
)
# The same kind of failure as a server that is not there; what OpenSSL says tells them apart.
_UNTRUSTED = (
    "shows a certificate that is not trusted here",
    "name its authority by `?ssl_ca_certs=/path/of/file`, or the server as its certificate does",
)
_PASSING: tuple[tuple[type[Exception], tuple[str, str]], ...] = (
    (failures.BusyLoadingError, ("is loading its data", "wait for it to start")),
    (failures.TimeoutError, ("did not answer in time", "see the server's log and load")),
    (
        failures.ConnectionError,
        ("cannot be reached", "start it, or correct the host and port in its address"),
    ),
)


class Valkey:
    """A Valkey server; safe to use from any thread. Connects anew by itself."""

    def __init__(self, url: ServerUrl) -> None:
        self._url = url
        self._client: Redis = _client(url)

    @property
    def pool(self) -> "ConnectionPool":
        """Its connections, for another library of somebody else's."""
        return self._client.connection_pool

    @contextmanager
    def calling(self) -> Iterator[Redis]:
        """The client, whose failures come out as QueueError."""
        try:
            yield self._client
        except failures.RedisError as error:
            explained = _explained(error, self._url)
            if explained is None:
                raise
            raise explained from None

    def script(self, source: str) -> Callable[[list[str], list[str | int]], object]:
        """A Lua script, which the server runs as one step; call it with keys and arguments."""
        script = self._client.register_script(source)

        def run(keys: list[str], arguments: list[str | int]) -> object:
            with self.calling():
                result: object = script(keys=keys, args=arguments)
                return result

        return run

    def check(self) -> None:
        """Return when the server lets us write; raises QueueError."""
        with self.calling() as client:
            client.set(PROBE_KEY, "1", ex=PROBE_LIFE_SECONDS)


def open_valkey(url: ServerUrl, patience: float) -> Valkey:
    """Connect, waiting up to `patience` seconds for the server; raises QueueError."""
    valkey = Valkey(url)
    wait_for(valkey.check, patience)
    return valkey


def _client(url: ServerUrl) -> Redis:
    # Explicitly the older protocol: the newer one's handshake asks for what Valkey does not have.
    address = ServerUrl(url.scheme, None, url.host, url.port, url.path)
    try:
        client = Redis.from_url(
            f"{address}?{urlencode(url.query)}",
            protocol=2,
            username=url.user,
            password=url.password,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_keepalive=True,
            health_check_interval=IDLE_CHECK_SECONDS,
            retry=Retry(ConstantBackoff(RETRY_PAUSE_SECONDS), RETRIES),
        )
        # An option that nobody knows would come to light at the first call only.
        client.connection_pool.connection_class(**client.connection_pool.connection_kwargs)
    except (TypeError, ValueError):
        what = "has an address with an unknown option"
        hint = "remove what follows `?` in the address"
        raise QueueError(f"the queue `{url}` {what}", hint, brief=what) from None
    return client


def _explained(error: failures.RedisError, url: ServerUrl) -> QueueError | None:
    for kind, beginning, (what, hint) in _REASONS:
        if isinstance(error, kind) and str(error).startswith(beginning):
            return QueueError(f"the queue `{url}` {what}", hint, brief=what)
    if "certificate" in str(error):
        what, hint = _UNTRUSTED
        return QueueError(f"the queue `{url}` {what}", hint, brief=what)
    for kind, (what, hint) in _PASSING:
        if isinstance(error, kind):
            return QueueError(f"the queue `{url}` {what}", hint, brief=what, is_passing=True)
    return None
