"""Models of the providers that are on: ask one, and be told piece by piece.

The clients are loaded in a thread, because that takes seconds; whoever asks earlier waits for it.
"""

import asyncio
import gc
import logging
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.catalogue import Catalogue
from mosaic_gateway.models.contexts import Contexts
from mosaic_gateway.models.messages import ANYHOW, Message, Wish
from mosaic_gateway.models.pieces import ModelError, Piece
from mosaic_gateway.models.prices import load_prices
from mosaic_gateway.models.thinking import affordable
from mosaic_gateway.tracing import Tracing

if TYPE_CHECKING:
    from mosaic_gateway.models.clients import Client

_LOG = logging.getLogger("mosaic_gateway.models")


class Models:
    """Asks models; `silence` is after how many seconds without a word one is given up."""

    def __init__(
        self,
        providers: Sequence[ProviderConfig],
        silence: float | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self.tracing = tracing or Tracing()
        self.providers = {each.name: each for each in providers}
        self.catalogue = Catalogue(providers)
        self._contexts = {
            each.name: Contexts(each, each.context) for each in providers if each.context
        }
        self._silence = silence
        self._lock = threading.Lock()
        self._clients: Future[Mapping[str, Client]] | None = None
        self._prices: Future[None] = Future()

    def begin(self) -> None:
        """Begin to load the clients, once; nothing at all where no provider is on."""
        with self._lock:
            if self._clients is None and self.providers:
                clients = self._clients = Future()
                # A daemon, so that it delays no end.
                threading.Thread(target=self._load, args=(clients,), daemon=True).start()

    async def load_prices(self) -> None:
        """Return when prices are known, which they are before anybody could be asked."""
        self.begin()
        if self._clients is not None and not self._prices.done():
            await asyncio.shield(asyncio.wrap_future(self._prices))

    async def stream(
        self, provider: str, model: str, messages: Sequence[Message], wish: Wish = ANYHOW
    ) -> AsyncGenerator[Piece]:
        """Ask a model of a provider that is on; raises ModelError.

        Whoever stops listening ends the provider's work as well.
        """
        client = (await self._loaded())[provider]
        context = self._contexts.get(provider)
        asked = model if context is None else await context.name(model)
        if provider == "anthropic" and _has_called(messages):
            # It wants its thoughts back with what a tool gave, signed, and nobody keeps them.
            wish = replace(wish, thinking=None)
        elif provider == "anthropic":
            wish = affordable(wish)
        from pydantic_ai.direct import model_request_stream

        from mosaic_gateway.models.faults import explained
        from mosaic_gateway.models.instrumentation import instrumentation
        from mosaic_gateway.models.translation import (
            to_history,
            to_parameters,
            to_pieces,
            to_settings,
        )

        try:
            async with model_request_stream(
                client.model(asked),
                to_history(messages),
                model_settings=to_settings(wish),
                model_request_parameters=to_parameters(wish),
                instrument=instrumentation(self.tracing.provider),
            ) as answer:
                async for piece in to_pieces(answer):
                    yield piece
        except Exception as error:  # noqa: BLE001 - five dialects, two SDKs: whatever it is, it is told
            raise explained(error, self.providers[provider], model) from None

    async def _loaded(self) -> "Mapping[str, Client]":
        self.begin()
        if self._clients is None:
            raise ModelError("no-such-model", "no model provider is on")
        return await asyncio.shield(asyncio.wrap_future(self._clients))

    def _load(self, loaded: "Future[Mapping[str, Client]]") -> None:
        started = time.monotonic()
        try:
            with _for_good():
                load_prices()
                self._prices.set_result(None)
                import mosaic_gateway.models.faults
                import mosaic_gateway.models.instrumentation
                import mosaic_gateway.models.translation  # noqa: F401 - no turn waits for it
                from mosaic_gateway.models.clients import Client

                silence, providers = self._silence, self.providers.values()
                clients = {each.name: Client(each, silence) for each in providers}
        except BaseException as error:
            for each in (loaded, self._prices):
                if not each.done():
                    each.set_exception(error)
            raise
        _LOG.info("%s: ready after %.1f s", ", ".join(clients), time.monotonic() - started)
        loaded.set_result(clients)


@contextmanager
def _for_good() -> Iterator[None]:
    """What comes to be within stays: nobody need look through it for objects that are unused.

    Else that takes a third of a second, again and again, in which no turn goes on.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.collect()
    gc.freeze()


def _has_called(messages: Sequence[Message]) -> bool:
    """Whether the latest answer was a call."""
    latest = next((each for each in reversed(messages) if each.role == "assistant"), None)
    return latest is not None and bool(latest.calls)
