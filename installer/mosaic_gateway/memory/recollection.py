"""What every surface does with the memories of one user: keep one, and find some by all means."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from mosaic_gateway.accounts.users import User
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.memory import Memory
from mosaic_gateway.memory.search import Page, Slice

Way = Literal["keyword", "vector"]


@dataclass(frozen=True)
class Found:
    """Memories, the best first, and in which ways they were searched for."""

    page: Page[Memory]
    searched: tuple[Way, ...]


class Recollection:
    """The memories of a user, who is bound here, and what they mean."""

    def __init__(self, meaning: Meaning, user: User) -> None:
        self._meaning = meaning
        self._user = user
        self.memories = Memories(meaning.storage, user)

    async def add(self, text: str, conversation: str | None = None) -> Memory:
        """Keep a text, as `Memories.add` does; its vector is made later."""
        made = await asyncio.to_thread(self.memories.add, text, conversation)
        self._meaning.soon(self._user)
        return made

    async def search(self, text: str, wanted: Slice) -> Found:
        """Find memories by words, and by what they mean where that is known."""
        direction = await self._meaning.direction(self._user, text)
        page = await asyncio.to_thread(self.memories.search, text, wanted, direction)
        # What was kept while nobody made vectors, or before another model did.
        self._meaning.soon(self._user)
        return Found(page, ("keyword",) if direction is None else ("keyword", "vector"))
