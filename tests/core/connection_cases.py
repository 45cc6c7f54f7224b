"""What the checks of connections must find, by identifier."""

from tests.core.expected import Found, Silent

from mosaic_installer.core.connections.verdict import EndpointKind, Result, Verdict
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.secret import Secret

ANTHROPIC = Secret("sk-ant-abc")
TELEMETRY = {"telemetry_enabled": True}
KEYCLOAK = {
    "sign_on_keycloak_issuer": "https://id.example/realms/m",
    "sign_on_keycloak_client_id": "mosaic",
    "sign_on_keycloak_client_secret": Secret("secret"),
}
OLLAMA = {"providers_ollama_url": "http://127.0.0.1:11434"}
OLLAMA_HERE = Listener(address="127.0.0.1", port=11434)
SHELL = {"person.provider_variables": ("OPENAI_API_KEY",)}
NOMIC = {"installation.embeddings_model": "nomic-embed-text"}
MXBAI = {"providers_embeddings_model": "mxbai-embed-large", **OLLAMA}


def tried(result: Result, *missing: str) -> dict[str, object]:
    """Facts of a machine on which OpenAI and Ollama were tried with that result."""
    return {"verdicts": tuple(_verdict(name, result, missing) for name in ("openai", "ollama"))}


def _verdict(
    name: str, result: Result, missing: tuple[str, ...], kind: EndpointKind = "provider"
) -> Verdict:
    return Verdict(
        name=name,
        kind=kind,
        result=result,
        message=f"{name} said",
        hint="a hint",
        missing_models=missing,
    )


KEPT = replace(_verdict("ollama", "refused", ()), is_kept=True)


ACCEPTED = _verdict("openai", "accepted", ())
CHOSE_SOL = {
    "providers_openai_model": "gpt-6-sol",
    "chosen": frozenset({"providers.openai_model"}),
}
OPENAI = {"providers_openai_api_key": Secret("sk-0123456789")}
CONNECTIONS: dict[str, list[Found | Silent]] = {
    "keys-suit-their-providers": [
        Found(
            "warning",
            "providers.openai_api_key looks like a key of Anthropic",
            {},
            {"providers_openai_api_key": ANTHROPIC},
        ),
        Silent({}, {"providers_anthropic_api_key": ANTHROPIC}),
        Silent({}, {"providers_openai_api_key": Secret("of-a-gateway"), **OLLAMA}),
    ],
    "secrets-travel-encrypted": [
        Found(
            "warning",
            "providers.anthropic_api_key to http://models.example",
            {},
            {
                "providers_anthropic_api_key": ANTHROPIC,
                "providers_anthropic_url": "http://models.example",
            },
        ),
        Found(
            "warning",
            "sign_on.keycloak_client_secret to http://id.example",
            {},
            {**KEYCLOAK, "sign_on_keycloak_issuer": "http://id.example"},
        ),
        Silent({}, {"providers_anthropic_url": "http://models.example"}),
        Silent({}, {"providers_ollama_url": "http://models.example"}),
        *(
            Silent({}, {"channels_discord_bot_token": Secret("x"), "channels_discord_url": url})
            for url in ("http://127.0.0.2:80", "http://localhost", "http://[::1]", "https://a")
        ),
    ],
    "containers-reach-services": [
        Found("warning", "providers.ollama_url", {}, {**OLLAMA, "gateway_runtime": "container"}),
        Silent({}, OLLAMA),
        Silent({}, {"gateway_runtime": "container"}),
    ],
    "provider-variables-are-used": [
        Found("note", "has OPENAI_API_KEY, which", SHELL),
        Silent(
            {"person.provider_variables": ("ANTHROPIC_API_KEY", "OLLAMA_HOST")},
            {"providers_anthropic_api_key": ANTHROPIC, **OLLAMA},
        ),
    ],
    "ollama-is-used": [
        Found("note", "Ollama seems to run", {"listeners": (OLLAMA_HERE,)}),
        Silent({"listeners": (OLLAMA_HERE,)}, OLLAMA),
    ],
    "a-model-can-answer": [Found("note", "no model provider is set up"), Silent({}, OLLAMA)],
    "embeddings-model-is-unchanged": [
        Found(
            "warning",
            "made with nomic-embed-text, which cannot be compared with those of mxbai",
            NOMIC,
            MXBAI,
        ),
        Silent(NOMIC, OLLAMA),
        Silent({}, MXBAI),
        Silent(NOMIC, MXBAI | {"providers_ollama_url": None}),
    ],
    "routes-name-providers-that-are-on": [
        Found("warning", "not set up: zai", {}, OLLAMA | {"routing_cheap": "zai/a, ollama/b"}),
        Found("error", "no model for cheap", {}, OLLAMA | {"routing_cheap": "zai/a, openai/b"}),
        Silent({}, OLLAMA | {"routing_cheap": "ollama/b"}),
        Silent({}, OLLAMA),
    ],
    "sign-on-is-complete": [
        *(
            Found("error", f"incomplete: Keycloak {part} is missing", {}, {**KEYCLOAK, name: None})
            for name, part in zip(
                KEYCLOAK, ("issuer URL", "client ID", "client secret"), strict=True
            )
        ),
        Silent({}, KEYCLOAK),
    ],
    "secrets-are-accepted": [
        Found("error", "openai said; ollama said", tried("refused")),
        Found("error", "openai said", {"verdicts": (_verdict("openai", "refused", ()), KEPT)}),
        Found("warning", "ollama said", {"verdicts": (KEPT,)}),
        Silent(tried("unreachable")),
    ],
    "providers-have-credit": [
        Found("warning", "openai said; ollama said", tried("no-credit")),
        Silent(tried("accepted")),
    ],
    "services-are-reachable": [
        Found("warning", "openai said; ollama said", tried("unreachable")),
        Silent(tried("accepted")),
    ],
    "services-are-what-they-should-be": [
        Found("warning", "openai said; ollama said", tried("unexpected")),
        Silent(tried("refused")),
    ],
    "models-are-available": [
        Found(
            "warning",
            "openai has no gpt-5; ollama has no gpt-5",
            tried("accepted", "gpt-5"),
        ),
        Found(
            "warning",
            "models are missing: openai has no gpt-5",
            tried("accepted", "gpt-5"),
            {"providers_ollama_pull": True},
        ),
        Silent(tried("accepted")),
    ],
    "models-go-on": [
        Found(
            "warning",
            "gpt-6 will be shut down on 2027-02-01",
            {"verdicts": (replace(ACCEPTED, ending_models=(("gpt-6", "2027-02-01"),)),)},
            OPENAI | {"providers_openai_model": "gpt-6"},
        ),
        *(
            Found("warning", words, {}, {"providers_anthropic_api_key": ANTHROPIC, **model})
            for words, model in (
                (
                    "claude-sonnet-4-5 will be shut down on 2026-11-30",
                    {"providers_anthropic_model": "claude-sonnet-4-5"},
                ),
                (
                    "claude-sonnet-4-5-20250929 will be shut down on 2026-11-30",
                    {"providers_anthropic_model": "claude-sonnet-4-5-20250929"},
                ),
                (
                    "claude-opus-4-1 was shut down on 2026-08-05",
                    {"providers_anthropic_large_model": "claude-opus-4-1"},
                ),
            )
        ),
        Found(
            "warning",
            "gpt-5-mini will be shut down on 2026-12-11",
            {},
            OPENAI | {"providers_openai_small_model": "gpt-5-mini"},
        ),
        Silent(tried("accepted")),
        Silent({}, {"providers_anthropic_api_key": ANTHROPIC, **OPENAI}),
        Silent({}, {"providers_anthropic_model": "claude-sonnet-4-5"}),
    ],
    "default-models-are-listed": [
        Found(
            "note",
            "OpenAI does not list the default gpt-6.1-sol, so gpt-6-sol is used",
            {"verdicts": (replace(ACCEPTED, models=("gpt-6-sol", "gpt-6.1-terra")),)},
            OPENAI | {"providers_openai_model": "gpt-6-sol"},
        ),
        Found(
            "note",
            "Ollama does not list the default llama3.2:3b, so llama3.1:8b is used",
            {"verdicts": (replace(_verdict("ollama", "accepted", ()), models=("llama3.1:8b",)),)},
            {"providers_ollama_small_model": "llama3.1:8b"},
        ),
        Silent(
            {"verdicts": (replace(ACCEPTED, models=("gpt-6-sol", "gpt-6.1-terra")),)},
            OPENAI | CHOSE_SOL,
        ),
        Silent({"verdicts": (replace(ACCEPTED, models=("gpt-6.1-sol", "gpt-6.1-terra")),)}, OPENAI),
    ],
    "bots-can-read": [
        Found(
            "warning",
            "messages without their text",
            {"verdicts": (replace(ACCEPTED, limit="messages without their text"),)},
        ),
        Silent(tried("accepted")),
    ],
    "callbacks-are-registered": [
        Found(
            "warning",
            "to http://localhost:14242/api/auth/oauth2/callback/keycloak at Keycloak",
            {"verdicts": (_verdict("keycloak", "accepted", (), kind="sign-on"),)},
            KEYCLOAK,
        ),
        Silent({}, KEYCLOAK),
    ],
    "telemetry-has-a-collector": [
        Found("error", "tier local has no collector", {}, TELEMETRY),
        Silent({}, {**TELEMETRY, "telemetry_endpoint": "http://127.0.0.1:4318"}),
        Silent({}, {**TELEMETRY, "tier": "standalone"}),
    ],
}
