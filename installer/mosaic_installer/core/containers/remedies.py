"""What puts a service right that a node could not run, by what its engine said."""

import re

BUSY_PORT = re.compile(r":(\d+)\D*?(port is already allocated|address already in use)")
"""In what an engine says of a port that it cannot publish, hundreds of characters with two names of
the container (moby: libnetwork/drivers/bridge, portallocator): its number, and the words that
count."""
TOLD_PORT = re.compile(r"\bport (\d+): ")
"""The same in what is left of it."""
DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")
"""The digest of an image: its first digits tell it apart, as in `docker image ls`."""


def shortened(said: str) -> str:
    """Return what an engine said of a failure; of a port that is taken, only that."""
    busy = BUSY_PORT.search(said)
    return f"port {busy[1]}: {busy[2]}" if busy else DIGEST.sub(r"\1", said)


def remedy_of(service: str, cause: str, node: str) -> str:
    """Return what to do about the failure of a service on a node, which may be unknown."""
    port = TOLD_PORT.search(cause)
    if port and node:
        return (
            f"on {node}, `ss -ltnp` shows what has port {port[1]}: end it there, or choose another "
            "port (`--set gateway.port=…`); then run `mosaic install` again"
        )
    return (
        f"fix the cause (`mosaic gateway logs --service {service}` shows its log), then run "
        "`mosaic install` again"
    )
