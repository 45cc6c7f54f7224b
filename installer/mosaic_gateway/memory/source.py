"""Where vectors of memories come from: a model of embeddings, and the space that it fills."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from mosaic_gateway.accounts.users import User
from mosaic_gateway.memory.direction import of_length_one
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.models.purposes import Purpose
from mosaic_gateway.storage.nearest import Space

Vectors = Sequence[Sequence[float]]
Ask = Callable[[User, Sequence[str], Purpose, float], Awaitable[Vectors]]
"""Asks for vectors of texts on a user's account, for so many seconds at most."""


@dataclass(frozen=True)
class Source:
    """Asks a model of embeddings; what it makes has to fit the space."""

    space: Space
    ask: Ask

    async def vectors(
        self, user: User, texts: Sequence[str], purpose: Purpose, seconds: float
    ) -> Vectors:
        """Return a vector of length 1 for each text; raises ModelError, and what `ask` does."""
        made = await self.ask(user, texts, purpose, seconds)
        lengths = {len(vector) for vector in made}
        if lengths != {self.space.dimensions}:
            raise ModelError(
                "incapable",
                f"vectors of {self.space.model} have {max(lengths)} dimensions, and not the"
                f" {self.space.dimensions} of the configuration",
            )
        return [of_length_one(vector) for vector in made]
