"""`mosaic-gateway healthcheck`: does the gateway of these settings answer on this host?

For a container's health check: a bare socket, because importing an HTTP client takes longer than
the answer.
"""

import socket

from mosaic_gateway.configuration.settings import Address, bracketed
from mosaic_gateway.errors import GatewayError

TIMEOUT_SECONDS = 5.0
LONGEST_STATUS_LINE = 256


def check_health(address: Address) -> str:
    """Return what the gateway said; raises GatewayError when it does not say 200."""
    where = f"http://{bracketed(address.local_host)}:{address.port}"
    request = f"GET /health HTTP/1.0\r\nHost: {bracketed(address.local_host)}\r\n\r\n"
    hint = "see the gateway's log, and whether `MOSAIC_GATEWAY_PORT` is the port it listens on"
    try:
        with socket.create_connection(
            (address.local_host, address.port), timeout=TIMEOUT_SECONDS
        ) as connection:
            connection.sendall(request.encode())
            status = connection.makefile("rb").readline(LONGEST_STATUS_LINE).split(b" ")
    except OSError as error:
        reason = error.strerror or "no answer in time"
        raise GatewayError(f"`{where}` does not answer: {reason}", hint) from None
    if status[1:2] != [b"200"]:
        raise GatewayError(f"`{where}` is not well", hint)
    return f"{where} is well"
