"""Which models the providers have, as they say themselves: asked for on demand, kept for a while.

Nothing that comes is trusted: a list has a deadline and a size, and what is in it has to be names.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mosaic_gateway.configuration.provider_config import ProviderConfig

KEPT_SECONDS = 600.0
FAULT_KEPT_SECONDS = 30.0
DEADLINE_SECONDS = 5.0
LARGEST_BYTES = 8 * 1024 * 1024
MOST_MODELS = 2000
LONGEST_NAME = 200
LAGGING = frozenset({"zai"})
"""Whose list lags behind what they serve, so that what it lacks may be there all the same."""

_LOG = logging.getLogger("mosaic_gateway.models")


@dataclass(frozen=True)
class Listed:
    """A model in the list of a provider; None is what the list does not tell."""

    name: str
    pictures: bool | None = None
    tools: bool | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class _List:
    models: Mapping[str, Listed] | None
    until: float
    is_told: bool


class Catalogue:
    """The lists of the providers that are on; `clock` gives seconds."""

    def __init__(
        self, providers: Iterable[ProviderConfig], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._providers = tuple(providers)
        self._clock = clock
        self._lists: dict[str, _List] = {}
        self._lock = asyncio.Lock()

    async def refresh(self, *, anew: bool = False) -> Sequence[str]:
        """Ask those whose list is old or missing, all at once; a fault leaves what was known.

        With `anew` all are asked. Returns the names of those who gave none the last time.
        """
        async with self._lock:
            now = self._clock()
            old = [p for p in self._providers if anew or not self._is_fresh(p.name, now)]
            if old:
                await asyncio.gather(*(self._refresh(each) for each in old))
            return [name for name, each in self._lists.items() if not each.is_told]

    def models(self, provider: str) -> Mapping[str, Listed] | None:
        """Return the models of a provider by name; None where nobody has told us."""
        found = self._lists.get(provider)
        return found.models if found else None

    def find(self, provider: str, model: str) -> Listed | None:
        """Return what is told of a model: of itself, or of the dated one that its name means."""
        models = self.models(provider) or {}
        name = _short(model) if provider == "ollama" else model
        dated = (each for each in models if each.startswith(f"{name}-2"))
        return models.get(name) or models.get(next(dated, ""))

    def lacks(self, provider: str, model: str) -> bool:
        """Return whether the provider's own list says that it has no such model any more."""
        is_told = bool(self.models(provider)) and provider not in LAGGING
        return is_told and self.find(provider, model) is None

    def _is_fresh(self, name: str, now: float) -> bool:
        found = self._lists.get(name)
        return found is not None and now < found.until

    async def _refresh(self, provider: ProviderConfig) -> None:
        models, kept, is_told = self.models(provider.name), FAULT_KEPT_SECONDS, False
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                models, kept = _parsed(provider.name, await _asked(provider)), KEPT_SECONDS
                is_told = True
        except Exception as error:  # noqa: BLE001 - whatever it sends, others are not held up by it
            # Without the message, which may quote what we sent.
            _LOG.info("%s: no list of models (%s)", provider.name, type(error).__name__)
        self._lists[provider.name] = _List(models, self._clock() + kept, is_told)


async def _asked(provider: ProviderConfig) -> Any:
    """Return the answer of a provider; a redirection is none, so that no key follows it."""
    import httpx2

    path, headers = "/models", {"Authorization": f"Bearer {provider.key}"}
    url = provider.url
    if provider.name == "anthropic":
        url, path = url.removesuffix("/v1"), "/v1/models?limit=1000"
        headers = {"x-api-key": str(provider.key), "anthropic-version": "2023-06-01"}
    elif provider.name == "ollama":
        url, path = url.removesuffix("/v1"), "/api/tags"
    sent = headers if provider.key else {}
    async with (
        httpx2.AsyncClient(follow_redirects=False, timeout=DEADLINE_SECONDS) as client,
        client.stream("GET", url + path, headers=sent) as answer,
    ):
        content = bytearray()
        async for piece in answer.aiter_bytes():
            content += piece
            if answer.status_code != 200 or len(content) > LARGEST_BYTES:
                raise ValueError("this is no list of models")
    return json.loads(content)


def _parsed(provider: str, body: Any) -> Mapping[str, Listed]:
    rows = body["models" if provider == "ollama" else "data"]
    found = [_listed(provider, row) for row in rows[:MOST_MODELS] if _is_usable(row)]
    return {each.name: each for each in found if _is_name(each.name)}


def _is_usable(row: Any) -> bool:
    return bool(row.get("lifecycle") != "retired")


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name.isascii() and name.isprintable()


def _listed(provider: str, row: Mapping[str, Any]) -> Listed:
    match provider:
        case "ollama":
            return Listed(_short(str(row["name"])))
        case "anthropic":
            able = row.get("capabilities") or {}
            pictures = (able.get("image_input") or {}).get("supported")
            return Listed(str(row["id"]), _yes(pictures), None, _count(row.get("max_input_tokens")))
        case "openrouter":
            modalities = (row.get("architecture") or {}).get("input_modalities")
            return Listed(
                str(row["id"]),
                "image" in modalities if isinstance(modalities, list) else None,
                _has_tools(row.get("supported_parameters")),
                _count(row.get("context_length")),
            )
        case _:
            return Listed(str(row["id"]))


def _has_tools(parameters: object) -> bool | None:
    return "tools" in parameters if isinstance(parameters, list) else None


def _yes(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _short(name: str) -> str:
    """The name without the tag that Ollama lets its users leave out."""
    return name.removesuffix(":latest")
