"""Texts as vectors, by a model of a provider that is on.

Two dialects: Ollama's own, which says whether a text may be cut, and OpenAI's. Plain HTTP, so that
nobody waits for an SDK; a redirection is an answer like any other, so that no key follows one.
Nothing that comes is trusted: an answer has a deadline and a size, and has to be vectors.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import Fault, ModelError
from mosaic_gateway.models.purposes import CHARACTERS_PER_TOKEN, Purpose, prepared
from mosaic_gateway.models.refusals import refusal

BATCH = 32
"""So many texts are sent at once: an answer to more is waited for without a sign of life."""
LARGEST_BYTES = 32 * 1024 * 1024
LARGEST_NUMBER = 3e38
"""Of those that fit into four bytes; none that is no number lies below it."""
CONNECT_SECONDS = 5.0
PATIENT_SECONDS = 300.0
"""A model on a small machine first has to be read from its disk."""

Vector = Sequence[float]


@dataclass(frozen=True)
class Maker:
    """The model that makes vectors, and whose it is."""

    provider: ProviderConfig
    model: str

    @property
    def name(self) -> str:
        """How clients name it: `provider/model`."""
        return f"{self.provider.name}/{self.model}"


@dataclass(frozen=True)
class Wanted:
    """Texts that are to become vectors, of so many `dimensions` or as many as the model makes.

    With `may_cut`, of a text that is too long the beginning will do. `seconds` is for all of them.
    """

    texts: Sequence[str]
    dimensions: int | None = None
    may_cut: bool = False
    seconds: float = PATIENT_SECONDS

    @property
    def characters(self) -> int:
        """All that is sent."""
        return sum(map(len, self.texts))


@dataclass(frozen=True)
class Embedded:
    """A vector for each text; `tokens` are those of all texts, None where nobody counted."""

    vectors: Sequence[Vector]
    tokens: int | None


async def embed(maker: Maker, wanted: Wanted) -> Embedded:
    """Ask the provider, in batches; raises ModelError."""
    try:
        async with asyncio.timeout(wanted.seconds):
            parts = [part async for part in _parts(maker, wanted)]
    except TimeoutError:
        raise _fault(maker, "too-slow", "did not answer in time") from None
    tokens = [part.tokens for part in parts]
    counted = [each for each in tokens if each is not None]
    return Embedded(
        [vector for part in parts for vector in part.vectors],
        sum(counted) if len(counted) == len(tokens) else None,
    )


async def embed_as(maker: Maker, wanted: Wanted, purpose: Purpose) -> Embedded:
    """As `embed`, told as what is kept or as what is looked for, and of each what can be read."""
    for density in range(len(CHARACTERS_PER_TOKEN)):
        texts = [prepared(maker.model, each, purpose, density) for each in wanted.texts]
        try:
            return await embed(maker, replace(wanted, texts=texts, may_cut=True))
        except ModelError as error:
            if error.fault != "too-long" or density + 1 == len(CHARACTERS_PER_TOKEN):
                raise
    raise AssertionError


async def _parts(maker: Maker, wanted: Wanted) -> AsyncIterator[Embedded]:
    import httpx2

    key = maker.provider.key
    timeout = httpx2.Timeout(wanted.seconds, connect=min(CONNECT_SECONDS, wanted.seconds))
    try:
        async with httpx2.AsyncClient(
            follow_redirects=False,
            timeout=timeout,
            verify=_authorities(),
            headers={"Authorization": f"Bearer {key}"} if key else {},
        ) as client:
            for begin in range(0, len(wanted.texts), BATCH):
                batch = replace(wanted, texts=wanted.texts[begin : begin + BATCH])
                yield _checked(maker, batch, await _asked(client, maker, batch))
    except httpx2.TimeoutException:
        raise _fault(maker, "too-slow", "did not answer in time") from None
    except httpx2.ConnectError:
        raise _fault(maker, "unreachable", "cannot be reached") from None
    except httpx2.HTTPError:
        raise _fault(maker, "broken", "broke its answer off") from None


async def _asked(client: Any, maker: Maker, wanted: Wanted) -> Mapping[str, Any]:
    url, body = _request(maker, wanted)
    content = bytearray()
    async with client.stream("POST", url, json=body) as answer:
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > LARGEST_BYTES:
                raise _fault(maker, "broken", "sent too much")
    if answer.status_code != 200:
        told = (answer.status_code, answer.headers, bytes(content))
        raise refusal(maker.provider, maker.model, told)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _no_vectors(maker)
    return found


def _request(maker: Maker, wanted: Wanted) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"model": maker.model, "input": list(wanted.texts)}
    if wanted.dimensions is not None:
        body["dimensions"] = wanted.dimensions
    if maker.provider.name == "ollama":
        url = f"{maker.provider.url.removesuffix('/v1')}/api/embed"
        return url, {**body, "truncate": wanted.may_cut}
    return f"{maker.provider.url}/embeddings", {**body, "encoding_format": "float"}


def _checked(maker: Maker, wanted: Wanted, found: Mapping[str, Any]) -> Embedded:
    """The vectors in an answer, in the order of the texts."""
    try:
        if maker.provider.name == "ollama":
            vectors, tokens = found["embeddings"], found.get("prompt_eval_count")
        else:
            rows = sorted(found["data"], key=lambda row: row["index"])
            vectors = [row["embedding"] for row in rows]
            tokens = (found.get("usage") or {}).get("prompt_tokens")
        numbers = [[float(number) for number in vector] for vector in vectors]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise _no_vectors(maker) from None
    lengths = {len(vector) for vector in numbers}
    is_whole = len(numbers) == len(wanted.texts) and len(lengths) == 1 and 0 not in lengths
    if not is_whole or not all(map(_is_usable, numbers)):
        raise _no_vectors(maker)
    if wanted.dimensions is not None and lengths != {wanted.dimensions}:
        what = f"makes vectors of {lengths.pop()} dimensions, not of {wanted.dimensions}"
        raise _fault(maker, "incapable", f"with `{maker.model}` {what}")
    return Embedded(numbers, tokens if isinstance(tokens, int) else None)


def _is_usable(vector: Vector) -> bool:
    return all(-LARGEST_NUMBER < number < LARGEST_NUMBER for number in vector)


@cache
def _authorities() -> ssl.SSLContext:
    """Read once: it takes longer than most answers."""
    import httpx2

    return httpx2.create_ssl_context()


def _no_vectors(maker: Maker) -> ModelError:
    return _fault(maker, "broken", "sent what are no vectors")


def _fault(maker: Maker, fault: Fault, what: str) -> ModelError:
    return ModelError(fault, f"{maker.provider.name} {what}")
