"""The throttle on Valkey: one script counts and decides, so replicas share it without a race.

The time is the server's, whatever the clocks of the replicas say.
"""

from collections.abc import Sequence
from datetime import timedelta

from mosaic_gateway.accounts.buckets import Bucket, subject_digest
from mosaic_gateway.accounts.throttle import FORGOTTEN_AFTER, LONGEST_WAIT, wait_after
from mosaic_gateway.valkey.server import Valkey

PREFIX = "mosaic:throttle:"
MILLISECOND = timedelta(milliseconds=1)
SCAN_STEP = 1000

# Keys: the buckets. Arguments: how long a count is kept, the free attempts of each bucket, then
# the wait after the first attempt that is not free, after the second, and so on.
_ENTER = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'closed_until') or 0) - now)
end
if wait > 0 then
  return wait
end
local waits = #ARGV - 1 - #KEYS
for number, key in ipairs(KEYS) do
  local attempts = redis.call('HINCRBY', key, 'attempts', 1)
  local over = math.min(attempts - ARGV[1 + number] + 1, waits)
  local closed = 0
  if over > 0 then
    closed = tonumber(ARGV[1 + #KEYS + over])
  end
  redis.call('HSET', key, 'closed_until', string.format('%.0f', now + closed))
  redis.call('PEXPIRE', key, ARGV[1])
end
return 0
"""

# A count that is gone stays gone.
_TAKE_BACK = """
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'attempts') or 0) > 0 then
    redis.call('HINCRBY', key, 'attempts', -1)
  end
end
"""


class ValkeyThrottle:
    """Counts as DatabaseThrottle does, by the same rule."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._enter = valkey.script(_ENTER)
        self._take_back = valkey.script(_TAKE_BACK)

    def enter(self, buckets: Sequence[Bucket]) -> timedelta:
        free = [bucket.free for bucket in buckets]
        wait = self._enter(_keys(buckets), [FORGOTTEN_AFTER // MILLISECOND, *free, *_WAITS])
        return timedelta(milliseconds=wait if isinstance(wait, int) else 0)

    def take_back(self, buckets: Sequence[Bucket]) -> None:
        if buckets:
            self._take_back(_keys(buckets), [])

    def clear(self, bucket: Bucket) -> None:
        with self._valkey.calling() as server:
            server.delete(*_keys([bucket]))

    def clear_all_of(self, subject: str) -> None:
        with self._valkey.calling() as server:
            # A digest has no character that a pattern would take for another.
            pattern = f"{PREFIX}{subject_digest(subject)}:*"
            for key in server.scan_iter(match=pattern, count=SCAN_STEP):
                server.delete(key)


def _keys(buckets: Sequence[Bucket]) -> list[str]:
    return [f"{PREFIX}{subject_digest(bucket.subject)}:{bucket.client}" for bucket in buckets]


def _waits() -> list[int]:
    """The waits in milliseconds, up to and including the first of the longest."""
    waits: list[timedelta] = []
    while not waits or waits[-1] < LONGEST_WAIT:
        waits.append(wait_after(len(waits), 0))
    return [wait // MILLISECOND for wait in waits]


_WAITS = _waits()
