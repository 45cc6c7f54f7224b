"""What a provider's plain HTTP answer means that is no success, in words for whoever asked."""

import json
from collections.abc import Mapping
from typing import Any

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import Fault, ModelError
from mosaic_gateway.models.quotes import quoted

_BY_STATUS: Mapping[int, tuple[Fault, str]] = {
    401: ("key-refused", "refuses the API key"),
    402: ("out-of-credit", "says that the credit or quota is used up"),
    403: ("key-refused", "refuses the API key"),
    404: ("no-such-model", "does not know the model"),
    408: ("too-slow", "did not answer in time"),
    429: ("rate-limited", "allows no more requests for now"),
    501: ("incapable", "cannot do this with the model"),
    504: ("too-slow", "did not answer in time"),
}
_USED_UP = "insufficient_quota"
_TOO_LONG = ("context length", "input length", "maximum input", "too long", "too large to process")
"""Parts of what Ollama, llama.cpp and OpenAI say of a text that a model cannot read as a whole."""


def refusal(
    provider: ProviderConfig, model: str, answer: tuple[int, Mapping[str, str], bytes]
) -> ModelError:
    """The failure as one of ours; `answer` is a status, headers and what came of a body."""
    status, headers, content = answer
    said = _decoded(content)
    quote = quoted(said, provider.key)
    if status >= 400 and any(each in quote.lower() for each in _TOO_LONG):
        return ModelError("too-long", f"{provider.name} finds the text too long: {quote}")
    if status in {402, 429} and _USED_UP in content.decode("utf-8", "replace"):
        status = 402
    fault, what = _BY_STATUS.get(status, (_usual(status), ""))
    name = f" `{model}`" if fault in {"no-such-model", "incapable"} else ""
    if fault == "rejected":
        what = f"rejects the request{f': {quote}' if quote else ''}"
    return ModelError(
        fault,
        f"{provider.name} {what or f'answered with {status}'}{name}",
        _seconds(headers.get("retry-after")),
    )


def _usual(status: int) -> Fault:
    if status >= 500:
        return "overloaded"
    return "rejected" if status >= 400 else "broken"


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _seconds(text: str | None) -> float | None:
    # A date is possible, too; nobody was seen to send one.
    return float(text) if text and text.isascii() and text.isdigit() else None
