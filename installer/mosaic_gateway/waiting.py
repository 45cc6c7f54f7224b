"""Patience at the start: what we depend on may be starting, too."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from mosaic_gateway.errors import ServiceError

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0

_LOG = logging.getLogger("mosaic_gateway.waiting")

Result = TypeVar("Result")


def wait_for(attempt: Callable[[], Result], patience: float) -> Result:
    """Repeat it for up to `patience` seconds while its failure may pass; raises the last one."""
    deadline = time.monotonic() + patience
    pause, told = FIRST_PAUSE_SECONDS, ""
    while True:
        try:
            return attempt()
        except ServiceError as error:
            if not error.is_passing or time.monotonic() + pause > deadline:
                raise
            if told != error.message:
                _LOG.warning("waiting: %s", error.message)
            told = error.message
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
