"""A model of embeddings that a test plays: three subjects, and a number for what is of none."""

import asyncio
from collections.abc import Sequence

from mosaic_gateway.accounts.users import User
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.source import Source
from mosaic_gateway.models.pieces import Fault, ModelError
from mosaic_gateway.storage.nearest import Space
from mosaic_gateway.storage.pool import Storage

SUBJECTS = ({"tea", "oolong", "beverage"}, {"ship", "ferry", "boat"}, {"key", "door", "lock"})
SPACE = Space("ollama/a-model", 4)


class Asked:
    """Notes what it is asked for whom; `fails`, `refuses` and `hangs` are what a test has it do."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.users: set[str] = set()
        self.fails: Fault | None = None
        self.refuses = ""
        self.hangs = False

    async def __call__(
        self, user: User, texts: Sequence[str], purpose: str, seconds: float
    ) -> Sequence[Sequence[float]]:
        assert purpose in {"document", "question"}
        assert seconds > 0
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails is not None:
            raise ModelError(self.fails, "no")
        if self.refuses and any(self.refuses in text for text in texts):
            raise ModelError("rejected", "no")
        self.users.add(user.id)
        self.texts += texts
        return [vector_of(text) for text in texts]


def vector_of(text: str) -> list[float]:
    words = set(text.lower().strip(".?!").split())
    return [*(3.0 * len(words & each) for each in SUBJECTS), 1.0]


def meaning(storage: Storage, asked: Asked, space: Space = SPACE) -> Meaning:
    return Meaning(storage, Source(space, asked))
