"""Models of Ollama that read as many tokens as the settings say.

Its endpoint for OpenAI's clients takes no `num_ctx`: whoever wants another one asks for a model
that is derived from the first, with that parameter, and shares its layers
(https://docs.ollama.com/api/openai-compatibility, https://docs.ollama.com/api/create).
"""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import ModelError

DEADLINE_SECONDS = 30.0
LARGEST_BYTES = 32 * 1024 * 1024
"""Of an answer: `/api/show` tells the licence, the template and each tensor."""
PAUSE_SECONDS = 0.5
"""Before a question about a model is asked again that Ollama had no answer to."""
MOST_MODELS = 256  # whoever asks chooses the names
_DERIVED = re.compile(r"-mosaic-[0-9]+$")


def is_derived(name: str) -> bool:
    """Return whether a model is one of those that are made here, which nobody need ask for."""
    return _DERIVED.search(name) is not None


def derived_name(model: str, tokens: int) -> str:
    """Return the name of the model that reads so many tokens: that of the first, another tag."""
    name, separator, tag = model.rpartition(":")
    if not separator or "/" in tag:
        name, tag = model, "latest"
    return f"{name}:{tag}-mosaic-{tokens}"


class Contexts:
    """Derives models, each once while the gateway runs: the first may have changed since."""

    def __init__(self, provider: ProviderConfig, tokens: int) -> None:
        self._provider, self._tokens = provider, tokens
        self._names: dict[str, str] = {}

    async def name(self, model: str) -> str:
        """Return which model to ask in place of `model`, and make it where it is not there.

        A model that Ollama does not have, or has elsewhere, stays as it is. Raises ModelError.
        """
        name = self._names.get(model)
        if name is None:
            try:
                async with asyncio.timeout(DEADLINE_SECONDS):
                    name = await self._made(model)
            except TimeoutError:
                raise ModelError("too-slow", "ollama did not answer in time") from None
            if len(self._names) >= MOST_MODELS:
                self._names.clear()
            if name != model:  # one that is not there may be pulled at any time
                self._names[model] = name
        return name

    async def _made(self, model: str) -> str:
        shown = await self._shown(model)
        # Ollama would pull a model that it does not have, and asks its own cloud for these.
        if shown is None or shown.get("remote_host") or is_derived(model):
            return model
        tokens = min([self._tokens, *_lengths(shown)])
        name = derived_name(model, tokens)
        wanted = {"model": name, "from": model, "parameters": {"num_ctx": tokens}, "stream": False}
        _, made = await self._asked("create", wanted)
        if made is None or made.get("status") != "success":
            raise ModelError(
                "broken", f"ollama made no model of `{model}` that reads {tokens} tokens"
            )
        return name

    async def _shown(self, model: str) -> Mapping[str, Any] | None:
        """Return what Ollama tells of a model, None where it has none of that name.

        Where it cannot tell now, it is asked once more: the model would read less than it should,
        and nobody would know. Raises ModelError.
        """
        for pause in (PAUSE_SECONDS, 0.0):
            status, shown = await self._asked("show", {"model": model})
            if not _may_pass(status):
                return shown
            await asyncio.sleep(pause)
        raise ModelError("overloaded", f"ollama cannot tell now how much `{model}` reads")

    async def _asked(
        self, verb: str, body: Mapping[str, object]
    ) -> tuple[int, Mapping[str, Any] | None]:
        """Return the status and the answer, None where it is a refusal; a redirection is one."""
        import httpx2

        url = f"{self._provider.url.removesuffix('/v1')}/api/{verb}"
        key = self._provider.key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        content = bytearray()
        try:
            async with (
                httpx2.AsyncClient(follow_redirects=False, timeout=DEADLINE_SECONDS) as client,
                client.stream("POST", url, json=body, headers=headers) as answer,
            ):
                async for piece in answer.aiter_bytes():
                    content += piece
                    if answer.status_code != 200 or len(content) > LARGEST_BYTES:
                        return answer.status_code, None
        except httpx2.TransportError:
            raise ModelError("unreachable", "ollama cannot be reached") from None
        is_answer = answer.status_code == 200
        return answer.status_code, _object(bytes(content)) if is_answer else None


def _may_pass(status: int) -> bool:
    """Return whether who refuses so may answer in a moment (RFC 9110, 15.5.9 and 15.6; 6585, 4)."""
    return status in {408, 429} or status >= 500


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelError("broken", "ollama sent what is no answer")
    return value


def _lengths(shown: Mapping[str, Any]) -> list[int]:
    """Return how many tokens the model was made for, as far as it is told."""
    told = shown.get("model_info")
    rows = told.items() if isinstance(told, dict) else ()
    return [
        value
        for key, value in rows
        if str(key).endswith(".context_length") and isinstance(value, int) and value > 0
    ]
