"""Questions to a gateway that are sent before anybody wants the answers.

It answers while we do other things. Like a look at an engine, this serves one decision.
"""

import time
from contextlib import suppress
from socket import socket

from mosaic_installer.machine import wire

SECONDS = 1.0
"""Who takes no connection for so long has more waiting than it can answer."""


class Ahead:
    """What was sent to a gateway, and not yet asked for; whoever asks the same has the answer."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, int, bytes], socket] = {}

    def begin(self, host: str, port: int, request: wire.Request) -> None:
        """Send a question that changes nothing, and do not wait.

        Nothing is raised: where it cannot be sent at once, whoever wants the answer asks anew.
        """
        key = (host, port, wire.sent_as(request))
        if key in self._sent:
            return
        with suppress(OSError):
            connection = wire.connected(host, port, SECONDS)
            try:
                wire.send(connection, request, until=time.monotonic() + SECONDS)
            except OSError:
                connection.close()
                raise
            self._sent[key] = connection

    def take(self, host: str, port: int, request: wire.Request) -> socket | None:
        """Return the connection that this very question was sent on; None if it was not."""
        return self._sent.pop((host, port, wire.sent_as(request)), None)

    def close(self) -> None:
        """Let go of what nobody wanted to know."""
        while self._sent:
            self._sent.popitem()[1].close()
