"""Notes every second what turns have said, as long as any run."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from functools import partial

from mosaic_gateway.turns import recording
from mosaic_gateway.turns.ledger import Ledger
from mosaic_gateway.turns.running import Running

NOTED_EVERY_SECONDS = 1.0


class Noting:
    """Looks at the turns that are `running`, by their ids, whoever puts them there."""

    def __init__(self, ledger: Ledger, running: Mapping[str, Running]) -> None:
        self._ledger = ledger
        self._running = running
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Note from now on, unless that is going on."""
        if self._task is None or self._task.done():
            # In no turn's context: it notes those of everybody.
            self._task = asyncio.create_task(self._note(), context=Context())

    async def _note(self) -> None:
        """What is new, and signs of life."""
        while self._running:
            await asyncio.sleep(NOTED_EVERY_SECONDS)
            now = asyncio.get_running_loop().time()
            due = [each for each in self._running.values() if each.is_due(now)]
            changes = [(each.opened, each.answer) for each in due if each.opened is not None]
            if changes:
                self._ledger.post(partial(recording.note_all, changes))
