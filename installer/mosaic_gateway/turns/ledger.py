"""Writes down what happens, for all turns at once: what comes together is one transaction.

A turn waits for what it must not lose, and leaves the rest to be written when it is.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from mosaic_gateway.errors import RefusedError
from mosaic_gateway.storage.pool import Storage

MOST_TOGETHER = 100
LONGEST_END_SECONDS = 2.0

Result = TypeVar("Result")
Change = Callable[[Connection], Any]

_LOG = logging.getLogger("mosaic_gateway.turns")


class Ledger:
    """A thread that writes; it ends with `close`, when everything is written."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: SimpleQueue[tuple[Change, Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    async def write(self, change: Callable[[Connection], Result]) -> Result:
        """Make a change, and return when it is kept; raises what it raises, or StorageError."""
        return await asyncio.shield(asyncio.wrap_future(self._put(change)))

    def post(self, change: Change) -> None:
        """Make a change soon; what goes wrong is told to the log alone."""
        self._put(change).add_done_callback(_tell)

    def close(self) -> None:
        """Write what is waiting, for as long as an end may take."""
        self._waiting.put(None)
        self._thread.join(LONGEST_END_SECONDS)

    def _put(self, change: Callable[[Connection], Result]) -> "Future[Result]":
        future: Future[Result] = Future()
        # What is traced of it belongs to the request of the turn, also in a thread for all of them.
        context = copy_context()
        self._waiting.put((lambda it: context.run(change, it), future))
        return future

    def _run(self) -> None:
        while first := self._waiting.get():
            together, is_last = [first], False
            while len(together) < MOST_TOGETHER and not self._waiting.empty():
                item = self._waiting.get()
                is_last = item is None
                if item is None:
                    break
                together.append(item)
            self._write(together)
            if is_last:
                return

    def _write(self, changes: list[tuple[Change, "Future[Any]"]]) -> None:
        try:
            with self._storage.writing() as connection:
                results = [change(connection) for change, _ in changes]
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits
            self._write_singly(changes, error)
            return
        for (_, future), result in zip(changes, results, strict=True):
            future.set_result(result)

    def _write_singly(self, changes: list[tuple[Change, "Future[Any]"]], error: Exception) -> None:
        """None of them was kept: let what is wrong with one not be the others' loss."""
        is_alone = len(changes) == 1
        for change, future in changes:
            # Another replica may have been faster; then the same is right the second time.
            if is_alone and not isinstance(error, IntegrityError):
                future.set_exception(error)
                continue
            try:
                with self._storage.writing() as connection:
                    result = change(connection)
            except Exception as another:  # noqa: BLE001
                future.set_exception(another)
            else:
                future.set_result(result)


def _tell(future: "Future[Any]") -> None:
    error = future.exception()
    if error is not None and not isinstance(error, RefusedError):
        _LOG.warning("what a turn said was not kept: %s", error)
