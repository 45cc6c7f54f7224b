"""Questions that are asked side by side, and waited for no longer than there is time."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Asked(Generic[Answer]):
    """A question, asked in a thread that nobody waits for at the end of the run."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._answers: list[Answer] = []
        self._errors: list[Exception] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def answer(self, until: float) -> Answer | None:
        """Return the answer, None where there is none by then (`time.monotonic`).

        Raises what the question raised.
        """
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._errors:
            raise self._errors[0]
        return self._answers[0] if self._answers else None

    def _run(self) -> None:
        try:
            self._answers.append(self._ask())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self._errors.append(error)
