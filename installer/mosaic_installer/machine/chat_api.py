"""The gateway's contract about chats, over HTTP and as server-sent events."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import Any
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.chats import Asking, ChatEvent
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.gateway_calls import GatewayCalls, Response, headers_of

CONVERSATIONS = "/api/conversations"
LAST = ("done", "error")
BODY_TOO_LARGE = 413

# What the reader can do about a refusal, by the id that the gateway gives it.
_HINTS = {
    "no-such-conversation": "without `--conversation`, a new one begins",
    "no-such-model": "without `--model`, the gateway chooses one",
    "no-provider": "`mosaic install --ask providers` turns one on",
    "conversation-busy": "wait for that answer, or begin another conversation",
}


class HttpChats:
    """`ChatApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(self, gateway: Gateway, credential: Credential) -> None:
        self._calls = GatewayCalls(gateway.url)
        self._headers = headers_of(credential)

    def latest(self) -> str | None:
        response = self._ask("GET", f"{CONVERSATIONS}?limit=1")
        if response.body == []:
            return None
        row = response.body[0] if isinstance(response.body, list) else None
        return self._id(Response(status=response.status, body=row))

    def ask(self, asking: Asking) -> Generator[ChatEvent]:
        if asking.conversation is not None:
            yield from self._answer(asking.conversation, asking)
            return
        conversation = self._id(self._ask("POST", CONVERSATIONS, {}, status=201))
        has_begun = False
        try:
            with closing(self._answer(conversation, asking)) as events:
                for event in events:
                    has_begun = True
                    yield event
        except InstallerError:
            if not has_begun:
                self._ask("DELETE", _path(conversation), status=204)
            raise

    def _answer(self, conversation: str, asking: Asking) -> Generator[ChatEvent]:
        body = {"text": asking.text} | ({} if asking.model is None else {"model": asking.model})
        path = f"{_path(conversation)}/turns"
        with closing(self._calls.lines(path, body, self._headers, self._refusal)) as lines:
            for event in self._events(lines):
                yield event
                if event.name in LAST:
                    return
        raise InstallerError(
            "the gateway broke the answer off",
            "`mosaic gateway logs` shows what happened there",
            identifier="no-answer",
        )

    def _events(self, lines: Iterable[bytes]) -> Generator[ChatEvent]:
        """Yield the events in a stream, as far as ours have anything in them.

        https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
        """
        name, data = "", b""
        for line in lines:
            field, _, value = line.partition(b": ")
            if field == b"event":
                name = value.decode(errors="replace")
            elif field == b"data":
                data = value
            elif not line and name:
                yield ChatEvent(name=name, data=self._object(data))
                name, data = "", b""

    def _object(self, data: bytes) -> dict[str, Any]:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise self._calls.unexpected("the question", Response(status=200, body=value))
        return value

    def _id(self, response: Response) -> str:
        found = response.body.get("id") if isinstance(response.body, dict) else None
        if not isinstance(found, str):
            raise self._refusal(Response(status=200, body=None))
        return found

    def _ask(self, method: str, path: str, body: object = None, *, status: int = 200) -> Response:
        response = self._calls.call(method, path, body=body, headers=self._headers)
        if response.status != status:
            raise self._refusal(response)
        return response

    def _refusal(self, response: Response) -> InstallerError:
        if response.status == BODY_TOO_LARGE:
            return InstallerError(
                "the question is too long for the gateway's conversations (64 KiB)",
                "programs may send more to `/v1/chat/completions`",
            )
        error = response.body.get("error") if isinstance(response.body, dict) else None
        said = error if isinstance(error, dict) else {}
        hint = _HINTS.get(str(said.get("id")))
        if hint is not None:
            return InstallerError(str(said.get("message"))[:400], hint)
        return self._calls.unexpected("the request", response)


def _path(conversation: str) -> str:
    return f"{CONVERSATIONS}/{quote(conversation, safe='')}"
