"""Images on their way, side by side, each in a thread of its own.

What the threads hear comes together in a queue, so that `tell` is only ever called by the thread
that asked. The first failure is raised at once; what is underway goes on for as long as this
program lives, and the next run does the rest.
"""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Protocol

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.share import Share

Tell = Callable[[Share], None]


class Transfer(Protocol):
    """One image on its way."""

    @property
    def name(self) -> str:
        """What the image is called."""

    def share(self) -> Share:
        """Return how far it is."""

    def carry(self, say: Tell) -> None:
        """Bring it where it is to be; `say` takes every change of its share."""


@frozen
class _Ended:
    """The last that a transfer says, with the failure it ended with, if any."""

    name: str
    failure: BaseException | None


def carry_all(transfers: Sequence[Transfer], tell: Tell) -> None:
    """Carry all images; raises the first failure."""
    said: SimpleQueue[Share | _Ended] = SimpleQueue()
    for each in transfers:
        tell(each.share())
        # A daemon: whoever interrupts us does not wait for a registry that is silent.
        threading.Thread(
            target=_run, args=(each, said), name=f"image {each.name}", daemon=True
        ).start()
    waiting = {each.name for each in transfers}
    while waiting:
        heard = said.get()
        if isinstance(heard, Share):
            tell(heard)
        elif heard.failure is not None:
            raise heard.failure
        else:
            waiting.discard(heard.name)
            tell(Share(of=heard.name, phase="done", percent=100))


def _run(transfer: Transfer, said: "SimpleQueue[Share | _Ended]") -> None:
    failure: BaseException | None = None
    try:
        transfer.carry(said.put)
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
        failure = error
    said.put(_Ended(name=transfer.name, failure=failure))
