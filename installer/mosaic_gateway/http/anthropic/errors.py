"""Errors as Anthropic's API has them: `{"type": "error", "error": {"type", "message"}}`.

https://platform.claude.com/docs/en/api/errors
"""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse

from mosaic_gateway.http.faults import STATUSES, waiting
from mosaic_gateway.turns.events import Failed

PATH = "/v1/messages"
OVERLOADED = 529
"""Anthropic's own; those who know it wait and try again."""

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    OVERLOADED: "overloaded_error",
}


def is_anthropic(path: str) -> bool:
    """Whether whoever asks for this path expects Anthropic's shapes."""
    return path == PATH or path.startswith(f"{PATH}/")


def anthropic_error(
    status: int, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An error, whichever it is: the status says of which type."""
    return JSONResponse(_body(status, message), status, headers)


def failed_response(failed: Failed, headers: Mapping[str, str]) -> JSONResponse:
    """What became of a turn that said nothing."""
    waits = waiting(failed)
    return anthropic_error(_status(failed), failed.message, {**headers, **waits})


def failed_body(failed: Failed) -> dict[str, Any]:
    """What became of a turn in the middle of its answer."""
    return _body(_status(failed), failed.message)


def _status(failed: Failed) -> int:
    return OVERLOADED if failed.fault == "overloaded" else STATUSES[failed.fault]


def _body(status: int, message: str) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}}
