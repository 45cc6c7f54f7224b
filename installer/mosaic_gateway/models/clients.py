"""A client for each provider that is on, in its own dialect.

This module and what it imports cost seconds, so it is only ever imported by the thread that loads
them. Every client takes our own HTTP client: a redirection is an answer like any other, so that no
key follows one to another host; nothing is tried twice without a word; nothing is taken from the
environment where the configuration says something else.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.profiles import ModelProfile

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.arriving import merge_pieces

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS = 10.0
# How long nothing at all may come: a model on a small machine first has to be read from its disk.
SILENCE_SECONDS: Mapping[str, float] = {"ollama": 600.0}
USUAL_SILENCE_SECONDS = 120.0
KEPT_ALIVE = 20
MOST_MODELS = 256  # whoever asks chooses the names
COMPLETIONS = frozenset({"openrouter", "zai", "ollama"})
"""Who is asked for chat completions, of which pieces that came together may be one."""
NO_KEY = "none"  # the SDK wants one, also for a server that asks for none


class Client:
    """Hands out the models of one provider."""

    def __init__(self, config: ProviderConfig, silence: float | None = None) -> None:
        silent = silence or SILENCE_SECONDS.get(config.name, USUAL_SILENCE_SECONDS)
        http = httpx2.AsyncClient(
            follow_redirects=False,
            timeout=httpx2.Timeout(silent, connect=min(CONNECT_SECONDS, silent)),
            # The answers that may run at once are bounded by the connections that we take.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=KEPT_ALIVE),
            event_hooks={"response": [merge_pieces] if config.name in COMPLETIONS else []},
        )
        self._make = _MAKERS[config.name](config, http)
        self._models: dict[str, Model] = {}

    def model(self, name: str) -> Model:
        """The model of this name, whether or not the provider has it."""
        if name not in self._models:
            if len(self._models) >= MOST_MODELS:
                self._models.clear()
            self._models[name] = self._make(name)
        return self._models[name]


def _anthropic(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    client = AsyncAnthropic(
        api_key=config.key,
        base_url=config.url.removesuffix("/v1"),
        http_client=http,
        max_retries=0,
    )
    provider = AnthropicProvider(anthropic_client=client)
    return lambda name: AnthropicModel(name, provider=provider)


def _openai(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(openai_client=_sdk(config, http, config.url))
    # We keep the conversation; OpenAI need not: it would for 30 days.
    settings = OpenAIResponsesModelSettings(openai_store=False)
    return lambda name: OpenAIResponsesModel(name, provider=provider, settings=settings)


def _openrouter(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from pydantic_ai.models.openrouter import OpenRouterModel
    from pydantic_ai.providers.openrouter import OpenRouterProvider

    provider = OpenRouterProvider(openai_client=_sdk(config, http, config.url))
    return lambda name: OpenRouterModel(name, provider=provider, profile=_profile())


def _zai(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from pydantic_ai.models.zai import ZaiModel
    from pydantic_ai.providers.zai import ZaiProvider

    provider = ZaiProvider(openai_client=_sdk(config, http, config.url))
    return lambda name: ZaiModel(name, provider=provider, profile=_profile())


def _ollama(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.providers.ollama import OllamaProvider

    url = f"{config.url.removesuffix('/v1')}/v1"
    provider = OllamaProvider(openai_client=_sdk(config, http, url))
    return lambda name: OllamaModel(name, provider=provider, profile=_profile())


def _profile() -> ModelProfile:
    """A stream that ends without having said why was cut off."""
    from pydantic_ai.profiles.openai import OpenAIModelProfile

    return OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)


def _sdk(config: ProviderConfig, http: httpx2.AsyncClient, url: str) -> "AsyncOpenAI":
    from openai import AsyncOpenAI

    client = AsyncOpenAI(
        api_key=config.key or NO_KEY, base_url=url, http_client=http, max_retries=0
    )
    # Those of whoever's shell started us are not those of this key.
    client.organization = client.project = None
    return client


_MAKERS = {
    "anthropic": _anthropic,
    "openai": _openai,
    "openrouter": _openrouter,
    "zai": _zai,
    "ollama": _ollama,
}
