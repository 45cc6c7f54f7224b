"""Makes vectors for somebody: looked at before, and counted, as every call of a provider is."""

import asyncio
from collections.abc import Sequence

from mosaic_gateway.accounts.users import User
from mosaic_gateway.configuration.embeddings_config import EMBEDDING_PROVIDERS, EmbeddingsConfig
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.models.embeddings import Embedded, Maker, Vector, Wanted, embed, embed_as
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import ModelError, Usage
from mosaic_gateway.models.purposes import Purpose
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.usage.calls import Call
from mosaic_gateway.usage.meter import Meter, State

LONGEST_MODEL = 200
"""Characters of a model's name that a trace is told: whoever asks chooses it."""
USUAL = "mosaic"
"""What clients call the model that the settings name."""


class Embedder:
    """Asks the models of embeddings of the providers that are on, for everybody."""

    def __init__(
        self, storage: Storage, models: Models, meter: Meter, config: EmbeddingsConfig | None
    ) -> None:
        self._storage = storage
        self._models = models
        self._meter = meter
        provider = models.providers.get(config.provider) if config else None
        self.usual = Maker(provider, config.model) if config and provider else None

    def maker(self, name: str) -> Maker:
        """Find a model by what clients call it; raises NoSuchModelError."""
        if name == USUAL:
            if self.usual is None:
                raise NoSuchModelError("no model of embeddings is set up here")
            return self.usual
        provider, _, model = name.partition("/")
        found = self._models.providers.get(provider)
        if found is None or not model or provider not in EMBEDDING_PROVIDERS:
            raise NoSuchModelError(
                "no such model makes vectors here; name `mosaic`, or `<provider>/<model>` of "
                f"{', '.join(f'`{each}`' for each in EMBEDDING_PROVIDERS)} where it is set up"
            )
        return Maker(found, model)

    async def embed(
        self, user: User, maker: Maker, wanted: Wanted, purpose: Purpose | None = None
    ) -> Embedded:
        """Make vectors, of texts as they are or for a purpose.

        Raises ModelError, LimitReachedError and StorageError.
        """
        call = Call(user.id, maker.provider.name, maker.model, wanted.characters)
        if not self._meter.prices.is_free(maker.provider.name, maker.model):
            await self._models.load_prices()
        await asyncio.to_thread(self._begin, user, call)
        call.is_asked = True
        try:
            made = await self._asked(maker, wanted, purpose)
        except ModelError as error:
            await asyncio.to_thread(self._settle, call, "failed", error.fault)
            raise
        except BaseException:
            # Whoever asked is gone, or the gateway ends: there is no time to wait in.
            asyncio.get_running_loop().run_in_executor(None, self._settle, call, "interrupted")
            raise
        call.add(Usage(made.tokens or 0))
        await asyncio.to_thread(self._settle, call, "done")
        return made

    async def vectors(
        self, user: User, texts: Sequence[str], purpose: Purpose, seconds: float
    ) -> Sequence[Vector]:
        """Make vectors with the model that the settings name; raises as `embed` and `maker`."""
        maker = self.maker(USUAL)
        return (await self.embed(user, maker, Wanted(texts, seconds=seconds), purpose)).vectors

    async def _asked(self, maker: Maker, wanted: Wanted, purpose: Purpose | None) -> Embedded:
        """Ask the provider, and let a trace be told of that; raises ModelError.

        What is told has the names of OpenTelemetry's conventions
        (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#embeddings).
        """
        with self._models.tracing.span(f"embeddings {maker.model[:LONGEST_MODEL]}") as span:
            span.set_attributes(
                {
                    "gen_ai.operation.name": "embeddings",
                    "gen_ai.provider.name": maker.provider.name,
                    "gen_ai.request.model": maker.model,
                }
            )
            if purpose is None:
                made = await embed(maker, wanted)
            else:
                made = await embed_as(maker, wanted, purpose)
            span.set_attributes({"gen_ai.embeddings.dimension.count": len(made.vectors[0])})
            if made.tokens is not None:
                span.set_attributes({"gen_ai.usage.input_tokens": made.tokens})
        return made

    def _begin(self, user: User, call: Call) -> None:
        with self._storage.writing() as connection:
            if not self._meter.prices.is_free(call.provider, call.model):
                self._meter.admit(connection, user)
            self._meter.begin(connection, call, None)

    def _settle(self, call: Call, state: State, fault: str | None = None) -> None:
        with self._storage.writing() as connection:
            self._meter.settle(connection, call, state, fault)
