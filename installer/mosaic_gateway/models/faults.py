"""What went wrong at a provider, in words for whoever asked; a key is in none of them.

Imported by the thread that loads the clients, as they are.
"""

import logging

import httpx2
from pydantic import ValidationError
from pydantic_ai import exceptions as wrong

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import Fault, ModelError
from mosaic_gateway.models.quotes import quoted

NOT_AN_ANSWER = "sent what is no answer"

_LOG = logging.getLogger("mosaic_gateway.models")

# The first that fits; a rejection is last, because most of the others are of its kind.
_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Fault, str], ...] = (
    ((wrong.ModelTimeoutError, wrong.ModelRequestTimeout), "too-slow", "did not answer in time"),
    (wrong.ModelConnectionError, "unreachable", "cannot be reached"),
    (wrong.ModelQuotaExceededError, "out-of-credit", "says that the credit or quota is used up"),
    (wrong.ModelRateLimitError, "rate-limited", "allows no more requests for now"),
    (wrong.ModelUnavailableError, "overloaded", "is overloaded or down"),
    (wrong.ModelServerError, "overloaded", "had an error of its own"),
    (wrong.ModelContextWindowExceededError, "too-long", "finds the conversation too long"),
    (wrong.ModelAuthenticationError, "key-refused", "refuses the API key"),
    (wrong.ModelNotFoundError, "no-such-model", "does not know the model"),
    (wrong.ModelRequestRejectedError, "rejected", "rejects the request"),
    (httpx2.TimeoutException, "too-slow", "did not go on with its answer in time"),
    (httpx2.ConnectError, "unreachable", "cannot be reached"),
    (httpx2.TransportError, "broken", "broke its answer off"),
)
# What these say of a request is of use to whoever sent it; of a key, nobody is told more.
_QUOTED: frozenset[Fault] = frozenset({"rejected", "too-long"})


def explained(error: Exception, provider: ProviderConfig, model: str) -> ModelError:
    """The failure as one of ours."""
    if isinstance(error, ModelError):
        return error
    after = error.retry_after if isinstance(error, wrong.ModelAPIError) else None
    for kind, fault, what in _KINDS:
        if isinstance(error, kind):
            quote = _quote(error, provider) if fault in _QUOTED else ""
            name = f" `{model}`" if fault == "no-such-model" else ""
            return ModelError(fault, f"{provider.name} {what}{name}{quote}", after)
    return _unforeseen(error, provider)


def _unforeseen(error: Exception, provider: ProviderConfig) -> ModelError:
    if isinstance(error, wrong.ModelHTTPError):
        return ModelError("broken", f"{provider.name} answered with {error.status_code}")
    if isinstance(error, wrong.UserError | NotImplementedError):
        # Of the library: this model takes no such picture, tool or format; another one may.
        return ModelError("incapable", f"{provider.name} cannot take this{_quote(error, provider)}")
    if isinstance(error, RecursionError):
        return ModelError("rejected", "something in this request is nested too deeply")
    if isinstance(error, UnicodeEncodeError):
        return ModelError("rejected", "a text of this request has half a character in it")
    if not isinstance(error, wrong.AgentRunError | ValidationError | ValueError):
        _LOG.error("%s: unforeseen %s", provider.name, type(error).__qualname__)
    return ModelError("broken", f"{provider.name} {NOT_AN_ANSWER}")


def _quote(error: Exception, provider: ProviderConfig) -> str:
    said = error.body if isinstance(error, wrong.ModelAPIError) else str(error)
    text = quoted(said, provider.key)
    return f": {text}" if text else ""
