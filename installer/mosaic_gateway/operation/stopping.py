"""A server that ends when it is told to, whatever its requests are waiting for."""

import logging
import os
import socket
import threading
from asyncio import get_running_loop
from collections.abc import Callable
from types import FrameType

from uvicorn import Config, Server

FORCED = 1
# Whoever waits for us to listen is answered before we busy ourselves with something else.
FIRST_ANSWER_SECONDS = 0.5

_LOG = logging.getLogger("mosaic_gateway.serve")


class StoppingServer(Server):
    """Ends the process some seconds after the first signal, where it has not ended by itself.

    `once_listening` is called a moment after it has begun to listen.
    """

    def __init__(
        self, config: Config, grace_seconds: float, once_listening: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._grace_seconds = grace_seconds
        self._once_listening = once_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        get_running_loop().call_later(FIRST_ANSWER_SECONDS, self._once_listening)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            # No loop and no pool may delay this, so it is a thread that nobody waits for.
            deadline = threading.Timer(self._grace_seconds, _force)
            deadline.daemon = True
            deadline.start()
        super().handle_exit(sig, frame)


def _force() -> None:
    _LOG.warning("stopped by force: requests did not end in time")
    os._exit(FORCED)
