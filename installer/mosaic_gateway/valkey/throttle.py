"""The throttle on Valkey: one script counts and decides, so replicas share it without a race.

The time is the server's, whatever the clocks of the replicas say.
"""

from datetime import timedelta

from mosaic_gateway.accounts.throttle import (
    FORGOTTEN_AFTER,
    FREE_ATTEMPTS,
    LONGEST_WAIT,
    subject_digest,
    wait_after,
)
from mosaic_gateway.valkey.server import Valkey

PREFIX = "mosaic:throttle:"
MILLISECOND = timedelta(milliseconds=1)
SCAN_STEP = 1000

# Arguments: how long a count is kept, then the wait after one attempt, after two, and so on.
_ENTER = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local closed_until = tonumber(redis.call('HGET', KEYS[1], 'closed_until') or 0)
if closed_until > now then
  return closed_until - now
end
local attempts = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
local wait = tonumber(ARGV[1 + math.min(attempts, #ARGV - 1)])
redis.call('HSET', KEYS[1], 'closed_until', string.format('%.0f', now + wait))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
"""

# A count that is gone stays gone.
_TAKE_BACK = """
if tonumber(redis.call('HGET', KEYS[1], 'attempts') or 0) > 0 then
  redis.call('HINCRBY', KEYS[1], 'attempts', -1)
end
"""


class ValkeyThrottle:
    """Counts as DatabaseThrottle does, by the same rule."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._enter = valkey.script(_ENTER)
        self._take_back = valkey.script(_TAKE_BACK)
        self._arguments: list[str | int] = [FORGOTTEN_AFTER // MILLISECOND, *_waits()]

    def enter(self, subject: str, client: str) -> timedelta:
        wait = self._enter([_key(subject, client)], self._arguments)
        return timedelta(milliseconds=wait if isinstance(wait, int) else 0)

    def take_back(self, subject: str, client: str) -> None:
        self._take_back([_key(subject, client)], [])

    def clear(self, subject: str, client: str) -> None:
        with self._valkey.calling() as server:
            server.delete(_key(subject, client))

    def clear_all_of(self, subject: str) -> None:
        with self._valkey.calling() as server:
            # A digest has no character that a pattern would take for another.
            for key in server.scan_iter(match=_key(subject, "*"), count=SCAN_STEP):
                server.delete(key)


def _key(subject: str, client: str) -> str:
    return f"{PREFIX}{subject_digest(subject)}:{client}"


def _waits() -> list[int]:
    """The waits in milliseconds, up to and including the first of the longest."""
    waits = [timedelta(0)] * (FREE_ATTEMPTS - 1)
    while not waits or waits[-1] < LONGEST_WAIT:
        waits.append(wait_after(len(waits) + 1))
    return [wait // MILLISECOND for wait in waits]
