"""What is asked of each service to try it, and how a right answer looks.

Anthropic: https://docs.claude.com/en/api/models-list; OpenAI:
https://developers.openai.com/api/reference; OpenRouter: https://openrouter.ai/docs/api-reference;
Z.AI: https://docs.z.ai; Ollama: https://docs.ollama.com/api; Discord:
https://discord.com/developers/docs; Telegram: https://core.telegram.org/bots/api; OpenID Connect:
https://openid.net/specs/openid-connect-discovery-1_0.html; OTLP over HTTP:
https://opentelemetry.io/docs/specs/otlp.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mosaic_installer import __version__
from mosaic_installer.core.connections.call import Call
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.questionnaire.telemetry import headers_in
from mosaic_installer.core.questionnaire.web_address import DISCOVERY

ANTHROPIC_VERSION = "2023-06-01"
GREETING = [{"role": "user", "content": "Say: hi"}]
FEWEST_TOKENS = 16
"""What OpenAI's models take at the least behind OpenRouter, which hands the limit on to them as
`max_output_tokens`: https://developers.openai.com/api/reference/resources/responses."""
DISCORD_AGENT = f"DiscordBot (https://mosaicstack.dev, {__version__})"
"""Others may be turned away: https://discord.com/developers/docs/reference#user-agent."""


def calls_to(endpoint: Endpoint) -> tuple[Call, ...]:
    """Return what to ask of a service: nothing that costs money."""
    return DIALECTS.get(endpoint.name, _discovery)(endpoint)


def completion_by(endpoint: Endpoint) -> Call | None:
    """Return the call for the shortest completion there is; None: it completes nothing."""
    ask = COMPLETIONS.get(endpoint.name)
    return None if ask is None else ask(endpoint)


def is_right(endpoint: Endpoint, body: Any) -> bool:
    """Return whether an answer to one of `calls_to` is of the kind of service we meant."""
    shape = SHAPES.get(endpoint.name, _is_discovery if endpoint.kind == "sign-on" else _is_list)
    return isinstance(body, dict) and shape(body)


def is_completion(endpoint: Endpoint, body: Any) -> bool:
    """Return whether an answer to `completion_by` is one, whatever it says."""
    return isinstance(body, dict) and COMPLETED.get(endpoint.name, "choices") in body


def _is_discovery(body: dict[str, Any]) -> bool:
    return {"issuer", "authorization_endpoint", "token_endpoint"} <= body.keys()


def _is_list(body: dict[str, Any]) -> bool:
    return isinstance(body.get("data"), list | dict)


def _token(endpoint: Endpoint) -> str:
    return endpoint.secret.reveal() if endpoint.secret else ""


def _bearer(endpoint: Endpoint) -> dict[str, str]:
    return {"Authorization": f"Bearer {_token(endpoint)}"} if endpoint.secret else {}


def _anthropic_headers(endpoint: Endpoint) -> dict[str, str]:
    return {"x-api-key": _token(endpoint), "anthropic-version": ANTHROPIC_VERSION}


def _anthropic_url(endpoint: Endpoint) -> str:
    return f"{endpoint.url.removesuffix('/v1')}/v1"


def _anthropic(endpoint: Endpoint) -> tuple[Call, ...]:
    url = f"{_anthropic_url(endpoint)}/models?limit=1000"
    return (Call(url=url, headers=_anthropic_headers(endpoint)),)


def _openai(endpoint: Endpoint) -> tuple[Call, ...]:
    return (Call(url=f"{endpoint.url}/models", headers=_bearer(endpoint)),)


def _openrouter(endpoint: Endpoint) -> tuple[Call, ...]:
    # Its list of models is public: only the first call says anything of the key.
    return (Call(url=f"{endpoint.url}/key", headers=_bearer(endpoint)), *_openai(endpoint))


def _ollama(endpoint: Endpoint) -> tuple[Call, ...]:
    return (Call(url=f"{endpoint.url}/api/tags", headers=_bearer(endpoint)),)


def _discord(endpoint: Endpoint) -> tuple[Call, ...]:
    headers = {"Authorization": f"Bot {_token(endpoint)}", "User-Agent": DISCORD_AGENT}
    guild = [f"/guilds/{endpoint.guild}"] if endpoint.guild else []
    paths = ["/users/@me", *guild, "/applications/@me"]
    return tuple(Call(url=f"{endpoint.url}{path}", headers=headers) for path in paths)


def _telegram(endpoint: Endpoint) -> tuple[Call, ...]:
    token = quote(_token(endpoint), safe=":")
    return (Call(url=f"{endpoint.url}/bot{token}/getMe"),)


def _discovery(endpoint: Endpoint) -> tuple[Call, ...]:
    return (Call(url=f"{endpoint.url.rstrip('/')}/{DISCOVERY}"),)


def _telemetry(endpoint: Endpoint) -> tuple[Call, ...]:
    headers = headers_in(endpoint.secret) if endpoint.secret else {}
    return (Call(url=f"{endpoint.url}/v1/traces", headers=headers, body={"resourceSpans": []}),)


def _anthropic_completion(endpoint: Endpoint) -> Call:
    body = {"model": endpoint.models[-1], "max_tokens": FEWEST_TOKENS, "messages": GREETING}
    return Call(
        url=f"{_anthropic_url(endpoint)}/messages", headers=_anthropic_headers(endpoint), body=body
    )


def _chat_completion(limit: str) -> Callable[[Endpoint], Call]:
    def ask(endpoint: Endpoint) -> Call:
        body = {"model": endpoint.models[-1], limit: FEWEST_TOKENS, "messages": GREETING}
        return Call(url=f"{endpoint.url}/chat/completions", headers=_bearer(endpoint), body=body)

    return ask


def _ollama_completion(endpoint: Endpoint) -> Call:
    body = {
        "model": endpoint.models[-1],
        "prompt": GREETING[0]["content"],
        "stream": False,
        "options": {"num_predict": FEWEST_TOKENS},
    }
    return Call(url=f"{endpoint.url}/api/generate", headers=_bearer(endpoint), body=body)


DIALECTS: Mapping[str, Callable[[Endpoint], tuple[Call, ...]]] = {
    "anthropic": _anthropic,
    "openai": _openai,
    "openrouter": _openrouter,
    "zai": _openai,
    "ollama": _ollama,
    "discord": _discord,
    "telegram": _telegram,
    "telemetry": _telemetry,
}
SHAPES: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "ollama": lambda body: isinstance(body.get("models"), list),
    "discord": lambda body: "id" in body,
    "telegram": lambda body: body.get("ok") is True,
    "telemetry": lambda body: body.keys() <= {"partialSuccess", "partial_success"},
}
COMPLETIONS: Mapping[str, Callable[[Endpoint], Call]] = {
    "anthropic": _anthropic_completion,
    "openai": _chat_completion("max_completion_tokens"),
    "openrouter": _chat_completion("max_tokens"),
    "zai": _chat_completion("max_tokens"),
    "ollama": _ollama_completion,
}
COMPLETED = {"anthropic": "content", "ollama": "response"}
"""Where each puts what a model said, if not among `choices`."""
