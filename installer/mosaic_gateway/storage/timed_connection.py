"""A connection to PostgreSQL that gives up on a server which says nothing.

A server that is frozen keeps its connections open, and the kernel beside it goes on acknowledging:
neither its own time limits nor those of TCP ever end the wait.
"""

import math
import time
from collections.abc import Generator
from typing import Any, TypeVar

from psycopg import Connection, OperationalError

# Longer than the server takes to say that something took too long (`postgres._LIMITS`).
ANSWER_SECONDS = 12.0
WITHOUT_END = math.inf

Result = TypeVar("Result")
Waiting = Generator[Any, Any, Result]


class TimedConnection(Connection[Any]):
    """Waits for so many seconds for each answer; then it is closed, and of no more use."""

    longest_wait = ANSWER_SECONDS

    def wait(self, gen: Waiting[Result], *arguments: Any, **options: Any) -> Result:
        return super().wait(self._timed(gen), *arguments, **options)

    def _timed(self, gen: Waiting[Result]) -> Waiting[Result]:
        """Do as `gen` does, which is asked several times a second, until time is up."""
        end = time.monotonic() + self.longest_wait
        try:
            awaited = next(gen)
            while True:
                ready = yield awaited
                if not ready and time.monotonic() > end:
                    self.pgconn.finish()
                    raise OperationalError("timeout: the server does not answer")
                awaited = gen.send(ready)
        except StopIteration as ended:
            result: Result = ended.value
            return result
