"""Every failure becomes `{"error": {"id", "message"}}`; none repeats what was sent to us."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from mosaic_gateway.errors import (
    AlreadySetUpError,
    BusyError,
    MissingScopeError,
    NoSetupError,
    NoSuchTokenError,
    NotAdministratorError,
    QueueError,
    RefusedError,
    ServiceError,
    SetupSpentError,
    TooManyAttemptsError,
    UnauthenticatedError,
    UntrustedOriginError,
    WrongCredentialsError,
)

LONGEST_FIELD = 60

_LOG = logging.getLogger("mosaic_gateway.http")

_STATUS: Mapping[type[RefusedError], int] = {
    AlreadySetUpError: 403,
    NoSetupError: 404,
    SetupSpentError: 403,
    UntrustedOriginError: 403,
    NotAdministratorError: 403,
    MissingScopeError: 403,
    WrongCredentialsError: 401,
    UnauthenticatedError: 401,
    NoSuchTokenError: 404,
    TooManyAttemptsError: 429,
    BusyError: 503,
}


def error_response(
    status: int, error_id: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The one shape of an error."""
    return JSONResponse({"error": {"id": error_id, "message": message}}, status, headers)


def explain_errors(app: FastAPI) -> None:
    """Make the application answer every failure in our shape."""
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(ServiceError)(_unavailable)
    app.exception_handler(Exception)(_unexpected)


async def _refused(_: Request, error: RefusedError) -> JSONResponse:
    headers: dict[str, str] = {}
    if isinstance(error, TooManyAttemptsError):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, BusyError):
        headers["Retry-After"] = "1"
    return error_response(_STATUS[type(error)], error.id, error.message, headers)


async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    # loc is ("body", "password"), or ("body", 17) with a position in text that is not JSON.
    names = [part for part in first["loc"][1:] if isinstance(part, str)]
    if not names:
        return error_response(400, "invalid-body", "the body is not the JSON object expected here")
    field = ".".join(names)[:LONGEST_FIELD].encode("ascii", "replace").decode()
    if first["type"] == "extra_forbidden":
        return error_response(400, "unknown-property", f"`{field}` is not known here")
    reason = str(first["msg"]).removeprefix("Value error, ")
    return error_response(400, "invalid-property", f"`{field}`: {reason}")


async def _http(_: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    error_id = status.phrase.lower().replace(" ", "-")
    return error_response(status, error_id, status.phrase.lower(), error.headers)


async def _unavailable(_: Request, error: ServiceError) -> JSONResponse:
    _LOG.warning("%s", error.message)
    service = "queue" if isinstance(error, QueueError) else "database"
    message = f"the {service} cannot be used right now"
    return error_response(503, f"{service}-unavailable", message, {"Retry-After": "1"})


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    return error_response(500, "internal-error", "something went wrong; the log has the details")
