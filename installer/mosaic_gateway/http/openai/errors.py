"""Errors as OpenAI's API has them: `{"error": {"message", "type", "code", "param"}}`.

https://developers.openai.com/api/docs/guides/error-codes
"""

import math
from collections.abc import Mapping

from fastapi.responses import JSONResponse

from mosaic_gateway.turns.events import Failed

PREFIX = "/v1"

# What a fault of a provider is for the client: a status, and what OpenAI calls it.
FAULTS: Mapping[str, tuple[int, str]] = {
    "rate-limited": (429, "rate_limit_exceeded"),
    "out-of-credit": (429, "insufficient_quota"),
    "overloaded": (503, "provider_overloaded"),
    "unreachable": (502, "provider_unreachable"),
    "too-slow": (504, "provider_too_slow"),
    # Not the client's own key, so none of 401 and 403.
    "key-refused": (502, "provider_key_refused"),
    "no-such-model": (404, "model_not_found"),
    "too-long": (400, "context_length_exceeded"),
    "incapable": (400, "no_capable_model"),
    "rejected": (400, "invalid_request"),
    "broken": (502, "provider_broken"),
    "not-kept": (503, "not_kept"),
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


class BadRequestError(Exception):
    """The body asks for what cannot be done; `param` is the property that does."""

    def __init__(
        self,
        message: str,
        param: str | None = None,
        *,
        status: int = 400,
        code: str = "invalid_property",
    ) -> None:
        super().__init__(message)
        self.message, self.param = message, param
        self.status, self.code = status, code


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
    status, code = FAULTS[failed.fault]
    after = failed.retry_after
    waits = {"Retry-After": str(math.ceil(after))} if after is not None and after >= 0 else {}
    return JSONResponse(error_body(status, code, failed.message), status, {**headers, **waits})


def failed_body(failed: Failed) -> dict[str, object]:
    """What became of a turn in the middle of its answer."""
    status, code = FAULTS[failed.fault]
    return error_body(status, code, failed.message)


def error_body(status: int, code: str, message: str, param: str | None = None) -> dict[str, object]:
    """The one shape of all of them."""
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
