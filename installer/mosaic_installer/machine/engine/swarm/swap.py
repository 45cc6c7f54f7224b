"""Compare and swap: a Swarm takes a change only of the version that was read last."""

from collections.abc import Callable

from mosaic_installer.machine.engine.reader import Document

ATTEMPTS = 5
"""How often something is read anew and changed again, where somebody changed it in between."""
OUTDATED = "update out of sequence"


def swap(read: Callable[[], Document], write: Callable[[Document], object]) -> None:
    """Read and write what is changed, again where somebody else was faster.

    Raises the SDK's `APIError` where the engine refuses for another reason, or every time.
    """
    from docker.errors import APIError

    for left in reversed(range(ATTEMPTS)):
        row = read()
        try:
            write(row)
        except APIError as error:
            if left and OUTDATED in str(error):
                continue
            raise
        return
