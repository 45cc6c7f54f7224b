"""What puts a service right that a node could not run, by what its engine said."""

import re

BUSY = re.compile(r"address already in use|port is already allocated")
NUMBER = re.compile(r"(?:\d+\.\d+\.\d+\.\d+|\[::\]|:::?):(\d+)")


def remedy_of(service: str, cause: str, node: str) -> str:
    """Return what to do about the failure of a service on a node, which may be unknown."""
    if BUSY.search(cause) and node:
        number = NUMBER.search(cause)
        port = f"port {number[1]}" if number else "that port"
        return (
            f"on {node}, `ss -ltnp` shows what has {port}: end it there, or choose another port "
            "(`--set gateway.port=…`); then run `mosaic install` again"
        )
    return (
        f"fix the cause (`mosaic gateway logs --service {service}` shows its log), then run "
        "`mosaic install` again"
    )
