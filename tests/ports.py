"""Free loopback ports, each reserved among all test processes while a test uses it."""

import socket
from contextlib import ExitStack

# Below the ports that Linux hands out by itself, and no two side by side: an installation that
# gives way to another program takes the next one.
PORTS = range(20_000, 32_000, 2)


def reserve_port(reserved: ExitStack) -> int:
    """Return a free port that no other test gets until `reserved` is closed."""
    for port in PORTS:
        with ExitStack() as attempt:
            try:
                # An abstract name is taken by one process at a time and vanishes with it.
                ticket = attempt.enter_context(socket.socket(socket.AF_UNIX))
                ticket.bind(f"\0mosaic-test-port-{port}")
                attempt.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            reserved.enter_context(ticket.dup())
            return port
    raise AssertionError(f"no port is free between {PORTS.start} and {PORTS.stop}")
