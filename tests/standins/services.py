"""What providers and collectors answer, in the words of their own documentation.

The addresses of the documentation stand in mosaic_installer/core/connections/dialects.py.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.standins.server import Answer, Asked, Told

CREATED = 1_750_000_000
NOT_FOUND = Told(status=404, body={"error": {"message": "Not found", "code": "not_found"}})


def anthropic(key: str, *, has_credit: bool = True) -> Answer:
    def answer(asked: Asked) -> Told:
        if asked.headers.get("x-api-key") != key:
            return _anthropic_error(401, "authentication_error", "invalid x-api-key")
        if asked.headers.get("anthropic-version") != "2023-06-01":
            return _anthropic_error(
                400, "invalid_request_error", "anthropic-version: header is required"
            )
        if not has_credit:
            sentence = "Your credit balance is too low to access the Anthropic API."
            return _anthropic_error(400, "invalid_request_error", sentence)
        match asked.method, asked.path.partition("?")[0]:
            case "GET", "/v1/models":
                names = tuple(f"claude-{size}-5-5-20261001" for size in ("opus", "sonnet", "haiku"))
                rows = [{"type": "model", "id": name, "display_name": name} for name in names]
                return Told(body={"data": rows, "has_more": False, "first_id": names[0]})
            case "POST", "/v1/messages":
                return Told(
                    body={
                        "id": "msg_01",
                        "type": "message",
                        "role": "assistant",
                        "model": asked.body["model"],
                        "content": [{"type": "text", "text": "hi"}],
                        "stop_reason": "max_tokens",
                        "usage": {"input_tokens": 10, "output_tokens": 1},
                    }
                )
            case _:
                return _anthropic_error(404, "not_found_error", "Not found")

    return answer


def _anthropic_error(status: int, kind: str, sentence: str) -> Told:
    error = {"type": kind, "message": sentence}
    return Told(status=status, body={"type": "error", "error": error, "request_id": "req_01"})


def openai(
    key: str, *, models: Sequence[str] = ("gpt-6.1-sol", "gpt-6.1-terra"), base: str = "/v1"
) -> Answer:
    def answer(asked: Asked) -> Told:
        if asked.bearer != key:
            sentence = f"Incorrect API key provided: {asked.bearer[:6]}*****{asked.bearer[-4:]}."
            return openai_error(401, "invalid_api_key", sentence)
        match asked.method, asked.path.removeprefix(base):
            case "GET", "/models":
                return Told(body=model_list(models))
            case "POST", "/chat/completions":
                return _chat(asked, models)
            case _:
                return NOT_FOUND

    return answer


def openai_without_credit(_asked: Asked) -> Told:
    sentence = "You exceeded your current quota, please check your plan and billing details."
    return openai_error(429, "insufficient_quota", sentence)


def openai_error(status: int, code: str, sentence: str) -> Told:
    error = {"message": sentence, "type": "invalid_request_error", "param": None, "code": code}
    return Told(status=status, body={"error": error})


def model_list(names: Sequence[str]) -> dict[str, Any]:
    rows = [
        {"id": name, "object": "model", "created": CREATED, "owned_by": "test"} for name in names
    ]
    return {"object": "list", "data": rows}


def _chat(asked: Asked, models: Sequence[str]) -> Told:
    if asked.body["model"] not in models:
        return openai_error(404, "model_not_found", "The model does not exist.")
    message = {"role": "assistant", "content": "hi"}
    choice = {"index": 0, "message": message, "finish_reason": "length"}
    return Told(body={"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice]})


def openrouter(key: str, *, left: float | None = 74.5) -> Answer:
    models = tuple(f"~anthropic/claude-{size}-latest" for size in ("sonnet", "haiku"))

    def answer(asked: Asked) -> Told:
        if asked.path == "/api/v1/models":  # public, whatever the key
            return Told(body={"data": [{"id": name, "name": name} for name in models]})
        if asked.bearer != key:
            return Told(status=401, body={"error": {"message": "User not found.", "code": 401}})
        if asked.path == "/api/v1/key":
            row = {"label": "sk-or-v1-au7...890", "limit": 100, "limit_remaining": left}
            return Told(body={"data": row | {"usage": 25.5, "is_free_tier": False}})
        if left is not None and left <= 0:
            sentence = "Key limit exceeded (total limit). Manage it using openrouter.ai/keys"
            return Told(status=403, body={"error": {"message": sentence, "code": 403}})
        if asked.body["max_tokens"] < 16:
            return _handed_on_by_openrouter(asked.body["max_tokens"])
        return _chat(asked, models)

    return answer


def _handed_on_by_openrouter(limit: int) -> Told:
    sentence = (
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but "
        f"got {limit} instead."
    )
    raw = json.dumps({"error": {"message": sentence, "code": "integer_below_min_value"}})
    metadata = {"raw": raw, "provider_name": "OpenAI"}
    error = {"message": "Provider returned error", "code": 400, "metadata": metadata}
    return Told(status=400, body={"error": error})


def zai(key: str, *, has_credit: bool = True) -> Answer:
    def answer(asked: Asked) -> Told:
        if asked.bearer != key:
            error = {"code": "401", "message": "token expired or incorrect"}
            return Told(status=401, body={"error": error})
        if not has_credit:
            sentence = "Insufficient balance or no resource package. Please recharge."
            return Told(status=429, body={"error": {"code": "1113", "message": sentence}})
        models = ("glm-5.3", "glm-5.3-flash")
        return openai(key, models=models, base="/api/paas/v4")(asked)

    return answer


def ollama(names: Sequence[str], *, can_pull: Sequence[str] = ()) -> Answer:
    """An Ollama with some models; it remembers those of `can_pull` that were pulled."""
    known = list(names)

    def answer(asked: Asked) -> Told:
        match asked.method, asked.path:
            case "GET", "/api/version":
                return Told(body={"version": "0.12.3"})
            case "GET", "/api/tags":
                rows = [{"name": name, "model": name, "size": 1, "digest": "0"} for name in known]
                return Told(body={"models": rows})
            case "POST", "/api/generate":
                if asked.body["model"] not in known:
                    sentence = f"model '{asked.body['model']}' not found"
                    return Told(status=404, body={"error": sentence})
                return Told(body={"model": asked.body["model"], "response": "hi", "done": True})
            case "POST", "/api/pull":
                name = asked.body["model"]
                return Told(content="application/x-ndjson", pieces=_pull(name, known, can_pull))
            case _:
                return Told(status=404, body="404 page not found", content="text/plain")

    return answer


def _pull(name: str, known: list[str], can_pull: Sequence[str]) -> Iterator[bytes]:
    layer = {"status": "pulling 970aa74c0a90", "digest": "sha256:970a", "total": 274_290_656}
    yield _line({"status": "pulling manifest"})
    if name not in can_pull:
        yield _line({"error": "pull model manifest: file does not exist"})
        return
    for completed in (0, 137_145_328, 274_290_656):
        yield _line(layer | {"completed": completed})
    yield _line({"status": "verifying sha256 digest"})
    known.append(name if ":" in name else f"{name}:latest")
    yield _line({"status": "success"})


def _line(row: dict[str, object]) -> bytes:
    return (json.dumps(row) + "\n").encode()


def collector(asked: Asked) -> Told:
    is_trace = asked.method == "POST" and asked.path == "/v1/traces"
    content = asked.headers.get("content-type", "")
    if is_trace and content == "application/x-protobuf":
        return Told(body="", content=content)  # an empty answer: all of it was taken
    if not is_trace or content != "application/json":
        return Told(status=404, body="404 page not found", content="text/plain")
    assert asked.body == {"resourceSpans": []}
    return Told(body={"partialSuccess": {}})


def web_page(_asked: Asked) -> Told:
    page = "<!doctype html><title>Sign in to the network</title>"
    return Told(body=page, content="text/html; charset=utf-8")


def redirect(_asked: Asked) -> Told:
    return Told(status=302, body="", headers={"Location": "https://login.example.org/start"})
