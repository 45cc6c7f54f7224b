"""One call to the gateway over HTTP, always directly: no proxy stands before our own gateway."""

import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.errors import CredentialError, GatewayUnready, InstallerError
from mosaic_installer.machine import wire
from mosaic_installer.machine.ahead import Ahead

READ_SECONDS = 10.0
CHANGE_SECONDS = 30.0
"""The longest that a call takes as a whole, whoever answers: what changes something has the time of
a busy machine."""
SILENT_SECONDS = 45.0
"""The longest silence of an answer that is told piece by piece: three signs of life (15 s)."""
JSON = "application/json"
COOKIE = "mosaic_session"
BODY_TOO_LARGE = 413
UNAVAILABLE = 503
LONGEST_MESSAGE = 400


@frozen
class Response:
    """A status, and the decoded JSON body (None when there is none, or it is not JSON)."""

    status: int
    body: Any
    cookie: str | None = None
    retry_after: str | None = None
    reason: str | None = None
    """Why this model answers, where one does."""


class GatewayCalls:
    """Asks the gateway at `url`, and says what an answer means that nobody expected."""

    def __init__(
        self, url: str, *, largest: int = wire.LARGEST, ahead: Ahead | None = None
    ) -> None:
        """`largest` is how many bytes an answer may have that comes whole; `ahead` has others."""
        self._url = urlsplit(url)
        self._largest = largest
        self._ahead = ahead or Ahead()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Response:
        """Return the answer; raises `InstallerError` when there is none in `seconds`."""
        longest = seconds or (READ_SECONDS if method == "GET" else CHANGE_SECONDS)
        with self._following(_request(method, path, body), headers, longest) as answer:
            return _response(answer.whole(self._largest))

    def begin(self, path: str, headers: Mapping[str, str] | None = None) -> None:
        """Ask for something, and do not wait: `call` with the same words has the answer."""
        with suppress(ValueError):  # no header at all: whoever calls is told
            sent = self._addressed(_request("GET", path, None), headers)
            self._ahead.begin(*self._place, sent)

    def lines(
        self,
        path: str,
        body: object,
        headers: Mapping[str, str],
        refused: Callable[[Response], InstallerError],
    ) -> Generator[bytes]:
        """Post something, and yield the lines of the answer as they come; its end closes all.

        Raises what `refused` makes of an answer that is no stream, and `InstallerError` like
        `call`, also where no line comes for `SILENT_SECONDS`.
        """
        with self._following(_request("POST", path, body), headers, CHANGE_SECONDS) as answer:
            kind = answer.headers.get("content-type", "").partition(";")[0]
            if answer.status != 200 or kind != "text/event-stream":
                raise refused(_response(answer.whole()))
            yield from answer.lines(silence=SILENT_SECONDS)

    @contextmanager
    def _following(
        self, request: wire.Request, headers: Mapping[str, str] | None, longest: float
    ) -> Iterator[wire.Following]:
        sent = self._addressed(request, headers)
        until = time.monotonic() + longest
        begun = self._ahead.take(*self._place, sent)
        try:
            with begun or wire.connected(*self._place, longest) as connection:
                if begun is None:
                    wire.send(connection, sent, until=until)
                yield wire.await_answer(connection, until=until)
        except OSError as error:
            raise self._unreachable(error) from error

    @property
    def _place(self) -> tuple[str, int]:
        return self._url.hostname or "", self._url.port or 80

    def _addressed(self, request: wire.Request, headers: Mapping[str, str] | None) -> wire.Request:
        own = {"Host": self._url.netloc, "Accept": JSON, "Content-Type": JSON}
        return replace(request, headers={**own, **(headers or {})})

    def _unreachable(self, error: Exception) -> GatewayUnready:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        # Whatever the gateway runs as, a refusal says that nothing is there to answer.
        is_off = isinstance(error, ConnectionRefusedError)
        start, look = "`mosaic gateway start` starts it", "`mosaic status` shows whether it runs"
        return GatewayUnready(
            f"the gateway at `{self._url.geturl()}` does not answer: {reason}",
            f"{start if is_off else look}; `mosaic gateway logs` shows what it said",
            identifier="gateway-unreachable",
        )

    def unexpected(self, what: str, response: Response) -> InstallerError:
        """Return the error for an answer to `what` that is not in the contract."""
        said = _message(response.body)
        if response.status == UNAVAILABLE:
            return GatewayUnready(
                f"the gateway cannot answer {what} now{said}",
                "`mosaic status` shows what is down; `mosaic install` starts it again",
            )
        if response.status < 300:
            return InstallerError(
                f"what answers at `{self._url.geturl()}` is no Mosaic gateway",
                "`mosaic doctor` names the program that has its port",
                identifier="gateway-unexpected",
            )
        error = CredentialError if response.status in {401, 403} else InstallerError
        identifier = None if error is CredentialError else "gateway-unexpected"
        return error(
            f"the gateway answered {what} with status {response.status}{said}",
            "`mosaic gateway logs` shows what happened there",
            identifier=identifier,
        )


@frozen
class Subject:
    """What calls are about: for the errors that their refusals become."""

    name: str
    """As in `the gateway answered {name} with status 500`."""
    hints: Mapping[str, str]
    """What the reader can do about a refusal, by the id that the gateway gives it."""
    too_large: tuple[str, str]
    """The sentence and the hint where more was sent than the gateway takes."""


class SubjectCalls(GatewayCalls):
    """Calls about one subject, for whom the credential speaks."""

    def __init__(
        self,
        url: str,
        credential: Credential,
        subject: Subject,
        *,
        largest: int,
        ahead: Ahead | None = None,
    ) -> None:
        super().__init__(url, largest=largest, ahead=ahead)
        self.headers = headers_of(credential)
        self._subject = subject

    def ask(self, method: str, path: str, body: object = None, *, status: int = 200) -> Response:
        """Return the answer of this status; raises what `refusal` makes of any other."""
        response = self.call(method, path, body=body, headers=self.headers)
        if response.status != status:
            raise self.refusal(response)
        return response

    def refusal(self, response: Response) -> InstallerError:
        """Return the error for an answer that is a refusal, or not in the contract."""
        if response.status == BODY_TOO_LARGE:
            return InstallerError(*self._subject.too_large)
        error = response.body.get("error") if isinstance(response.body, dict) else None
        said = error if isinstance(error, dict) else {}
        hint = self._subject.hints.get(str(said.get("id")))
        if hint is not None:
            return InstallerError(str(said.get("message"))[:LONGEST_MESSAGE], hint)
        return self.unexpected(self._subject.name, response)

    def nonsense(self) -> InstallerError:
        """Return the error for an answer whose body is not what the contract says."""
        return self.refusal(Response(status=200, body=None))


def headers_of(credential: Credential) -> dict[str, str]:
    """Return what a call by this credential is sent with."""
    text = credential.secret.reveal()
    if credential.kind == "session":
        return {"Cookie": f"{COOKIE}={text}"}
    return {"Authorization": f"Bearer {text}"}


def _request(method: str, path: str, body: object) -> wire.Request:
    content = None if body is None else json.dumps(body).encode()
    return wire.Request(method=method, target=path, body=content)


def _response(answer: wire.Answer) -> Response:
    return Response(
        status=answer.status,
        body=_decoded(answer.content),
        cookie=_session_of(answer.headers.get("set-cookie")),
        retry_after=answer.headers.get("retry-after"),
        reason=answer.headers.get("x-mosaic-reason"),
    )


def _session_of(header: str | None) -> str | None:
    name, _, rest = (header or "").partition("=")
    return rest.partition(";")[0] or None if name == COOKIE else None


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _message(body: Any) -> str:
    try:
        return f": {str(body['error']['message'])[:LONGEST_MESSAGE]}"
    except (KeyError, TypeError):
        return ""
