"""`POST /v1/embeddings`: texts as vectors, with the model that the settings name or another one."""

import base64
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from mosaic_gateway.accounts.passwords import is_encodable
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import GONE
from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.lenient import Lenient
from mosaic_gateway.http.lines import in_ascii
from mosaic_gateway.http.openai.errors import failed_response
from mosaic_gateway.http.relay import unless_gone
from mosaic_gateway.models.embeddings import Embedded, Maker, Vector, Wanted
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.turns.events import Failed
from mosaic_gateway.usage.calls import tokens_of

ROUTES = APIRouter(prefix="/v1", tags=["openai"])

MOST_TEXTS = 2048
"""As OpenAI has it."""
MOST_DIMENSIONS = 16_000


class EmbeddingsRequest(Lenient):
    """What is to become vectors; what we do not know is passed over."""

    model: str
    input: Annotated[
        Any,
        Field(
            json_schema_extra={
                "anyOf": [
                    {"type": "string", "minLength": 1},
                    {
                        "type": "array",
                        "items": {"type": "string", "minLength": 1},
                        "minItems": 1,
                        "maxItems": MOST_TEXTS,
                    },
                ]
            }
        ),
    ]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1, le=MOST_DIMENSIONS)


@ROUTES.post("/embeddings", response_model=None)
async def embeddings(
    body: EmbeddingsRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Turn texts into vectors, each as it was sent: a model's prefixes are the client's to add."""
    wanted = Wanted(_texts(body.input), body.dimensions)
    maker = services.embedder.maker(body.model)
    try:
        made = await unless_gone(request, services.embedder.embed(caller.user, maker, wanted))
    except ModelError as error:
        return failed_response(Failed(error.fault, error.message, error.retry_after), {})
    if made is None:
        return Response(status_code=GONE)
    in_base64 = body.encoding_format == "base64"
    content = in_ascii(_answer(maker, wanted, made, in_base64=in_base64))
    return Response(content, media_type="application/json")


def _texts(value: object) -> Sequence[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise BadRequestError("`input` is a text or a list of texts", "input")
    if not texts or len(texts) > MOST_TEXTS:
        raise BadRequestError(f"`input` has 1 to {MOST_TEXTS} texts", "input")
    if any(isinstance(each, int | list) for each in texts):
        message = "`input` is of tokens, which mean another text to each model; send the text"
        raise BadRequestError(message, "input")
    if not all(isinstance(each, str) and each and is_encodable(each) for each in texts):
        message = "each text of `input` has at least one character, and no lone surrogates"
        raise BadRequestError(message, "input")
    return texts


def _answer(maker: Maker, wanted: Wanted, made: Embedded, *, in_base64: bool) -> dict[str, Any]:
    encode = _packed if in_base64 else list
    # Where a provider does not count them, clients are told about how many there were.
    tokens = tokens_of(wanted.characters) if made.tokens is None else made.tokens
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": encode(vector)}
            for index, vector in enumerate(made.vectors)
        ],
        "model": maker.name,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _packed(vector: Vector) -> str:
    """As OpenAI packs it: four bytes a number, the lowest first."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")
