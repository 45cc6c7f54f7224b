"""Errors as OpenAI's API has them: `{"error": {"message", "type", "code", "param"}}`.

https://developers.openai.com/api/docs/guides/error-codes
"""

from collections.abc import Mapping

from fastapi.responses import JSONResponse

from mosaic_gateway.http.faults import STATUSES, waiting
from mosaic_gateway.turns.events import Failed

PREFIX = "/v1"

_FAULTS: Mapping[str, str] = {
    "rate-limited": "rate_limit_exceeded",
    "out-of-credit": "insufficient_quota",
    "overloaded": "provider_overloaded",
    "unreachable": "provider_unreachable",
    "too-slow": "provider_too_slow",
    "key-refused": "provider_key_refused",
    "no-such-model": "model_not_found",
    "too-long": "context_length_exceeded",
    "incapable": "no_capable_model",
    "rejected": "invalid_request",
    "broken": "provider_broken",
    "not-kept": "not_kept",
}
_CODES = {
    "unauthenticated": "invalid_api_key",
    "no-such-model": "model_not_found",
    "too-long": "context_length_exceeded",
    "monthly-limit-reached": "insufficient_quota",
    # Who asks `/v1` names an agent as a model.
    "no-such-agent": "model_not_found",
}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def is_openai(path: str) -> bool:
    """Whether whoever asks for this path expects OpenAI's shapes."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def openai_error(
    status: int,
    error_id: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    param: str | None = None,
) -> JSONResponse:
    """An error that we know by `error_id`."""
    body = error_body(status, _CODES.get(error_id, error_id.replace("-", "_")), message, param)
    return JSONResponse(body, status, headers)


def failed_response(failed: Failed, headers: Mapping[str, str]) -> JSONResponse:
    """What became of a turn that said nothing."""
    body = failed_body(failed)
    return JSONResponse(body, STATUSES[failed.fault], {**headers, **waiting(failed)})


def failed_body(failed: Failed) -> dict[str, object]:
    """What became of a turn in the middle of its answer."""
    return error_body(STATUSES[failed.fault], _FAULTS[failed.fault], failed.message)


def error_body(status: int, code: str, message: str, param: str | None = None) -> dict[str, object]:
    """The one shape of all of them."""
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
