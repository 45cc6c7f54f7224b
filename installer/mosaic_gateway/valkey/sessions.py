"""Sessions on Valkey, which forgets them by itself when they expire."""

import json
from datetime import UTC, datetime

from mosaic_gateway.accounts.sessions import Session
from mosaic_gateway.valkey.server import Valkey

PREFIX = "mosaic:session:"
# Of each user, the digests of their sessions by expiry: what removing them all goes by.
OWNED = "mosaic:sessions-of:"

_REMOVE_ALL = f"""
for _, digest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('DEL', '{PREFIX}' .. digest)
end
redis.call('DEL', KEYS[1])
"""


class ValkeySessionStore:
    """Keeps what SessionStore says. A user who is deleted keeps no access: users are looked up."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._remove_all = valkey.script(_REMOVE_ALL)

    def put(self, digest: str, session: Session) -> None:
        expires_ms, now_ms = _milliseconds(session.expires_at), _milliseconds(datetime.now(UTC))
        expires = session.expires_at.isoformat()
        value = json.dumps(
            {"user": session.user_id, "expires": expires, "epoch": session.password_epoch}
        )
        owned = OWNED + session.user_id
        with self._valkey.calling() as client, client.pipeline(transaction=True) as pipeline:
            pipeline.set(PREFIX + digest, value, pxat=expires_ms)
            pipeline.zremrangebyscore(owned, "-inf", now_ms)
            pipeline.zadd(owned, {digest: expires_ms})
            # All sessions live equally long, so the newest is the last to expire.
            pipeline.pexpireat(owned, expires_ms)
            pipeline.execute()

    def get(self, digest: str) -> Session | None:
        with self._valkey.calling() as client:
            value = client.get(PREFIX + digest)
        if not isinstance(value, bytes):
            return None
        session = json.loads(value)
        # Of a gateway before epochs, which left none: of the password that was there then.
        epoch = session.get("epoch", 0)
        return Session(session["user"], datetime.fromisoformat(session["expires"]), epoch)

    def remove(self, digest: str) -> None:
        with self._valkey.calling() as client:
            client.delete(PREFIX + digest)

    def remove_all_of(self, user_id: str) -> None:
        self._remove_all([OWNED + user_id], [])


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
