"""A server that ends when it is told to, whatever its requests are waiting for."""

import logging
import os
import threading
from types import FrameType

from uvicorn import Config, Server

FORCED = 1

_LOG = logging.getLogger("mosaic_gateway.serve")


class StoppingServer(Server):
    """Ends the process some seconds after the first signal, where it has not ended by itself."""

    def __init__(self, config: Config, grace_seconds: float) -> None:
        super().__init__(config)
        self._grace_seconds = grace_seconds

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
