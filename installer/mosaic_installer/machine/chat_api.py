"""The gateway's contract about chats, over HTTP and as server-sent events."""

import json
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.chats import (
    Answerer,
    Asking,
    ChatEvent,
    Conversation,
    Decision,
    Model,
)
from mosaic_installer.errors import GatewayUnready, InstallerError
from mosaic_installer.machine.chat_rows import (
    conversation_in,
    decision_in,
    models_in,
    whole_conversation_in,
)
from mosaic_installer.machine.gateway_calls import Response, Subject, SubjectCalls

CONVERSATIONS = "/api/conversations"
MODELS = "/api/models"
EXPLAIN = "/api/routing/explain"
COMPLETIONS = "/v1/chat/completions"
SMALL_QUESTION = {
    "model": "mosaic",
    "messages": [{"role": "user", "content": "Are you there? Say yes."}],
    "max_tokens": 16,
    "store": False,
}
"""Fewer tokens than 16 are refused by some (docs/connections.md)."""
MOST_LISTED = 200
LARGEST = 64 * 1024 * 1024
"""Bytes of an answer: a conversation may be long."""
LAST = ("done", "error")

Parsed = TypeVar("Parsed")

_SUBJECT = Subject(
    name="the request",
    hints={
        "no-such-conversation": "`mosaic conversation list` shows yours",
        "no-such-agent": "`mosaic agent list` shows those that you can ask",
        "no-such-model": "`mosaic models` lists them",
        "no-capable-model": "`mosaic models` lists what else `--model` can name",
        "too-long": "begin a new conversation, or name a model that reads more",
        "no-provider": "it takes an API key or Ollama; `mosaic models` then lists what you can ask",
        "monthly-limit-reached": "`mosaic usage` shows yours; models of Ollama still answer",
        "conversation-busy": "wait for that answer, or begin another conversation",
    },
    too_large=(
        "the question is too long for the gateway's conversations (64 KiB)",
        "programs may send more to `/v1/chat/completions`",
    ),
)


class HttpChats:
    """`ChatApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(self, gateway: Gateway, credential: Credential) -> None:
        self._calls = SubjectCalls(gateway.url, credential, _SUBJECT, largest=LARGEST)

    def conversations(self, most: int) -> tuple[Conversation, ...]:
        found: list[Conversation] = []
        before = ""
        while (missing := most - len(found)) > 0:
            limit = min(missing, MOST_LISTED)
            response = self._calls.ask("GET", f"{CONVERSATIONS}?limit={limit}{before}")
            rows = self._parsed(response, lambda body: [conversation_in(row) for row in body])
            found += rows
            if len(rows) < limit:
                break
            before = f"&before={quote(rows[-1].updated_at, safe='')}"
        return tuple(found)

    def conversation(self, conversation: str) -> Conversation:
        return self._parsed(self._calls.ask("GET", _path(conversation)), whole_conversation_in)

    def rename(self, conversation: str, title: str) -> None:
        self._calls.ask("PATCH", _path(conversation), {"title": title})

    def delete(self, conversation: str) -> None:
        self._calls.ask("DELETE", _path(conversation), status=204)

    def models(self) -> tuple[Model, ...]:
        return self._parsed(self._calls.ask("GET", MODELS), models_in)

    def explain(self, text: str) -> Decision:
        return self._parsed(self._calls.ask("POST", EXPLAIN, {"text": _whole(text)}), decision_in)

    def try_out(self, seconds: float) -> Answerer:
        started = time.monotonic()
        try:
            response = self._calls.call(
                "POST",
                COMPLETIONS,
                body=SMALL_QUESTION,
                headers=self._calls.headers,
                seconds=seconds,
            )
        except GatewayUnready as error:
            if time.monotonic() - started < seconds:
                raise
            raise InstallerError(
                f"nobody answered within {seconds:.0f} seconds", identifier="no-answer"
            ) from error
        if response.status != HTTPStatus.OK:
            raise self._not_answered(response)
        return self._parsed(
            response,
            lambda body: Answerer(model=str(body["model"]), reason=response.reason or ""),
        )

    def _not_answered(self, response: Response) -> InstallerError:
        error = response.body.get("error") if isinstance(response.body, dict) else None
        if not isinstance(error, dict):
            return self._calls.unexpected("a question", response)
        return InstallerError(str(error.get("message"))[:400], identifier="no-answer")

    def ask(self, asking: Asking) -> Generator[ChatEvent]:
        if asking.conversation is not None:
            yield from self._answer(asking.conversation, asking)
            return
        created = self._calls.ask("POST", CONVERSATIONS, {}, status=201)
        conversation = self._parsed(created, lambda body: str(body["id"]))
        has_begun = False
        try:
            with closing(self._answer(conversation, asking)) as events:
                for event in events:
                    has_begun = True
                    yield event
        except InstallerError:
            if not has_begun:
                self.delete(conversation)
            raise

    def _answer(self, conversation: str, asking: Asking) -> Generator[ChatEvent]:
        named = {"model": asking.model, "agent": asking.agent}
        body = {"text": _whole(asking.text)} | {
            key: _whole(name) for key, name in named.items() if name is not None
        }
        path = f"{_path(conversation)}/turns"
        with closing(
            self._calls.lines(path, body, self._calls.headers, self._calls.refusal)
        ) as lines:
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

    def _parsed(self, response: Response, parse: Callable[[Any], Parsed]) -> Parsed:
        try:
            return parse(response.body)
        except (KeyError, TypeError, AttributeError):
            raise self._calls.nonsense() from None


def _whole(text: str) -> str:
    """Return a text without what is no character: arguments and terminals may have such bytes."""
    return text.encode(errors="replace").decode()


def _path(conversation: str) -> str:
    return f"{CONVERSATIONS}/{quote(conversation, safe='')}"
