"""Every failure becomes `{"error": {"id", "message"}}`, or what clients of `/v1` expect.

None repeats what was sent to us.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from mosaic_gateway.errors import (
    AgentExistsError,
    AlreadySetUpError,
    BusyError,
    ConversationBusyError,
    InvitationRefusedError,
    LastAdministratorError,
    MissingScopeError,
    NoCapableModelError,
    NoProviderError,
    NoSetupError,
    NoSuchAgentError,
    NoSuchConversationError,
    NoSuchInvitationError,
    NoSuchModelError,
    NoSuchTokenError,
    NoSuchUserError,
    NotAdministratorError,
    QueueError,
    RefusedError,
    ServiceError,
    SetupSpentError,
    TooLongError,
    TooManyAgentsError,
    TooManyAttemptsError,
    UnauthenticatedError,
    UntrustedOriginError,
    UserExistsError,
    WrongCredentialsError,
)
from mosaic_gateway.http.anthropic.errors import PATH as MESSAGES
from mosaic_gateway.http.anthropic.errors import anthropic_error, is_anthropic
from mosaic_gateway.http.anthropic.listing import HEADER
from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.openai.errors import is_openai, openai_error
from mosaic_gateway.jobs.errors import JobNotOpenError, NoSuchJobError
from mosaic_gateway.memory.errors import NoSuchMemoryError, TooManyMemoriesError
from mosaic_gateway.usage.errors import LimitReachedError

LONGEST_FIELD = 60
MODELS = "/v1/models"

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
    NoSuchConversationError: 404,
    NoSuchModelError: 404,
    NoProviderError: 404,
    NoCapableModelError: 400,
    TooLongError: 400,
    NoSuchAgentError: 404,
    AgentExistsError: 409,
    TooManyAgentsError: 409,
    NoSuchMemoryError: 404,
    TooManyMemoriesError: 409,
    NoSuchJobError: 404,
    JobNotOpenError: 409,
    ConversationBusyError: 409,
    NoSuchUserError: 404,
    NoSuchInvitationError: 404,
    InvitationRefusedError: 403,
    UserExistsError: 409,
    LastAdministratorError: 409,
    TooManyAttemptsError: 429,
    LimitReachedError: 429,
    BusyError: 503,
}


def error_response(
    path: str, status: int, error_id: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The shape of an error, which the path that was asked for decides."""
    if is_anthropic(path):
        return anthropic_error(status, message, headers)
    if is_openai(path):
        return openai_error(status, error_id, message, headers)
    return JSONResponse({"error": {"id": error_id, "message": message}}, status, headers)


def path_of(request: Request) -> str:
    """The path that says which shape is expected; the list of models has two, by a header."""
    path = request.url.path
    is_list = path == MODELS or path.startswith(f"{MODELS}/")
    return MESSAGES if is_list and HEADER in request.headers else path


def explain_errors(app: FastAPI) -> None:
    """Make the application answer every failure in our shape."""
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(BadRequestError)(_bad)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(ServiceError)(_unavailable)
    app.exception_handler(Exception)(_unexpected)


async def _refused(request: Request, error: RefusedError) -> JSONResponse:
    headers: dict[str, str] = {}
    if isinstance(error, TooManyAttemptsError):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, LimitReachedError):
        left = (error.resets_at - datetime.now(UTC)).total_seconds()
        # Clients of OpenAI's API would otherwise try again in a moment.
        headers |= {"Retry-After": str(max(1, round(left))), "x-should-retry": "false"}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, BusyError):
        headers["Retry-After"] = "1"
    path = path_of(request)
    return error_response(path, _STATUS[type(error)], error.id, error.message, headers)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    # loc is ("body", "password"), or ("body", 17) with a position in text that is not JSON.
    names = [str(part) for part in first["loc"][1:]]
    if all(name.isdigit() for name in names):
        message = "the body is not the JSON object expected here"
        return error_response(path_of(request), 400, "invalid-body", message)
    field = ".".join(names)[:LONGEST_FIELD].encode("ascii", "replace").decode()
    if first["type"] == "extra_forbidden":
        message = f"`{field}` is not known here"
        return error_response(path_of(request), 400, "unknown-property", message)
    message = f"`{field}`: {str(first['msg']).removeprefix('Value error, ')}"
    path = path_of(request)
    if is_openai(path) and not is_anthropic(path):
        return openai_error(400, "invalid-property", message, param=field)
    return error_response(path, 400, "invalid-property", message)


async def _bad(request: Request, error: BadRequestError) -> JSONResponse:
    if is_anthropic(path_of(request)):
        where = f"`{error.param}`: " if error.param else ""
        return anthropic_error(error.status, where + error.message)
    return openai_error(error.status, error.code, error.message, param=error.param)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    error_id = status.phrase.lower().replace(" ", "-")
    message = status.phrase.lower()
    return error_response(path_of(request), status, error_id, message, error.headers)


async def _unavailable(request: Request, error: ServiceError) -> JSONResponse:
    _LOG.warning("%s", error.message)
    service = "queue" if isinstance(error, QueueError) else "database"
    message = f"the {service} cannot be used right now"
    path = path_of(request)
    return error_response(path, 503, f"{service}-unavailable", message, {"Retry-After": "1"})


async def _unexpected(request: Request, _: Exception) -> JSONResponse:
    message = "something went wrong; the log has the details"
    return error_response(path_of(request), 500, "internal-error", message)
