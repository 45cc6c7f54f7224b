"""A server that ends when it is told to, whatever its requests are waiting for."""

import logging
import os
import socket
import threading
from asyncio import AbstractEventLoop, get_running_loop
from types import FrameType

from uvicorn import Config, Server

from mosaic_gateway.operation.lifecycle import Lifecycle

FORCED = 1
# Whoever waits for us to listen is answered before we busy ourselves with something else.
FIRST_ANSWER_SECONDS = 0.5

_LOG = logging.getLogger("mosaic_gateway.serve")


class StoppingServer(Server):
    """Ends the process some seconds after it began to stop, where it has not ended by itself."""

    def __init__(self, config: Config, grace_seconds: float, lifecycle: Lifecycle) -> None:
        super().__init__(config)
        self._grace_seconds = grace_seconds
        self._lifecycle = lifecycle
        self._loop: AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        loop = get_running_loop()
        loop.call_later(FIRST_ANSWER_SECONDS, self._lifecycle.once_listening)
        self._loop = loop if self._lifecycle.drain_seconds else None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        loop, self._loop = self._loop, None  # who signals twice waits no longer
        if loop is not None:
            _LOG.info("stopping in %.0f s", self._lifecycle.drain_seconds)
            self._lifecycle.once_leaving()
            # This is a signal's handler, which wakes no loop by itself.
            loop.call_soon_threadsafe(
                loop.call_later, self._lifecycle.drain_seconds, self.handle_exit, sig, frame
            )
            return
        if not self.should_exit:
            # No loop and no pool may delay this, so it is a thread that nobody waits for.
            deadline = threading.Timer(self._grace_seconds, _force)
            deadline.daemon = True
            deadline.start()
        super().handle_exit(sig, frame)


def _force() -> None:
    _LOG.warning("stopped by force: requests did not end in time")
    os._exit(FORCED)
