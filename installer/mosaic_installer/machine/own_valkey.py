"""The user's own Valkey or Redis, tried before anything is changed."""

from typing import TYPE_CHECKING

from mosaic_installer.core.facts.servers import Server
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
    from redis import Redis

OLDEST = (7, 0)
TRUST = (
    "name the certificate of its authority, with the whole path of its file: "
    "`?ssl_ca_certs=/path/of/authority.pem` behind the address"
)
RIGHTS = "~mosaic:* -@all +@read +@write +@scripting +@connection +@transaction +time"
NO_KEY, SCRIPT = "mosaic:no-such-key", "redis.call('TIME') return redis.call('EXISTS', KEYS[1])"
# The first that fits counts.
REFUSALS = (
    Refusal("invalid username-password", CREDENTIALS),
    Refusal("without any password configured", CREDENTIALS),
    Refusal("Authentication required", CREDENTIALS),
    Refusal("permission", f"give it these: `{RIGHTS}`", "its user has too few rights"),
    Refusal("read only replica", "name the primary server, not a replica"),
    Refusal("Hostname mismatch", "name the server as its certificate does"),
    Refusal("IP address mismatch", "name the server as its certificate does"),
    Refusal("certificate", TRUST, "its certificate is not trusted"),
    Refusal("No such file", TRUST, "the file of its authority's certificate cannot be read"),
    Refusal("wrong version number", "begin the address with `redis://`", "it does not speak TLS"),
    Refusal("record layer", "begin the address with `redis://`", "it does not speak TLS"),
    Refusal("closed by server", "if it speaks TLS, begin the address with `rediss://`"),
    Refusal("reset by peer", "if it speaks TLS, begin the address with `rediss://`"),
    Refusal("Timeout connecting", f"{UNREACHABLE}; `rediss://` is for servers that speak TLS"),
    Refusal("DB index", "end the address with a number below `databases` of that server"),
    Refusal("", UNREACHABLE),
)


def try_valkey(url: Secret, *, oldest: tuple[int, int] = OLDEST) -> Server:
    """Sign in to Valkey and see whether the gateway could work there; nothing is changed.

    `oldest` is the first version of Redis or Valkey that will do.
    """
    import redis

    try:
        version = _version(url)
    except TypeError:
        return Server(problem="its address has an option that is not known", hint=OPTIONS)
    except (redis.RedisError, OSError, ValueError) as error:
        return refused(str(error), url, REFUSALS)
    if version and tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < oldest:
        wanted = ".".join(str(part) for part in oldest)
        return Server(
            problem=f"it is version {version}; wanted {wanted} or newer",
            hint="update that server, or leave the address out",
        )
    return Server()


def _version(url: Secret) -> str:
    """Try the commands that the gateway uses, then return the version; empty if we may not ask."""
    import redis

    with _client(url) as client:
        # Nobody has a key of that name, so that nothing is removed.
        client.delete(NO_KEY)
        client.eval(SCRIPT, 1, NO_KEY)
        try:
            found = client.info("server")
        except redis.exceptions.NoPermissionError:
            return ""
    return str(found.get("valkey_version") or found.get("redis_version") or "")


def _client(url: Secret) -> "Redis":
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    scheme, colon, rest = url.reveal().partition(":")
    # As the gateway does it: the newer protocol's handshake asks for what Valkey does not have.
    return redis.Redis.from_url(
        f"{scheme.replace('valkey', 'redis')}{colon}{rest}",
        protocol=2,
        socket_connect_timeout=SECONDS,
        socket_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
