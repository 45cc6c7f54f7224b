"""What mosaic.config.json says besides storage, as JSON: and the answers that it was made from.

No secret is in it; each is named by the variable that the gateway finds it by.
"""

from collections.abc import Iterator, Mapping

from mosaic_installer.core.answers import CATALOGUE, Answers
from mosaic_installer.core.connections.providers import Connection, connections
from mosaic_installer.core.connections.routing import rules
from mosaic_installer.core.connections.sign_on import sign_ons
from mosaic_installer.core.containers.names import COLLECTOR
from mosaic_installer.core.containers.published import LOCAL, server_urls
from mosaic_installer.core.questionnaire.agent import NAMES
from mosaic_installer.core.questionnaire.channels import CHANNELS
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.questionnaire.providers import EMBEDDINGS
from mosaic_installer.core.questionnaire.sign_on import TITLES
from mosaic_installer.core.questionnaire.telemetry import COLLECTOR_PORT

JsonObject = dict[str, object]
MODELS = {"url": "url", "model": "model", "smallModel": "small_model", "largeModel": "large_model"}
OWN_COLLECTORS = tuple(f"http://{host}:{COLLECTOR_PORT}" for host in (COLLECTOR, LOCAL))


def config_sections(answers: Answers) -> dict[str, object]:
    """Return the sections by name, in their order."""
    present = connections(answers)
    return {
        "providers": {row.provider.name: _provider(row, answers) for row in present},
        "embeddings": _embeddings(answers),
        "routing": [
            {
                "task": rule.task,
                "use": [{"provider": row.provider, "model": row.model} for row in rule.choices],
            }
            for rule in rules(answers)
        ],
        "agent": {"name": answers.agent.name, "intent": answers.agent.intent},
        "limits": {"monthlyDollars": answers.limits.monthly},
        "channels": _channels(answers),
        "signOn": {
            row.name: {
                "issuer": row.issuer,
                "clientId": row.client_id,
                "secretVariable": _variable(f"sign_on.{row.name}_client_secret"),
                "callback": row.callback,
            }
            for row in sign_ons(answers)
        },
        "telemetry": _telemetry(answers),
    }


def _telemetry(answers: Answers) -> JsonObject:
    section: JsonObject = {
        "enabled": answers.telemetry.enabled,
        "endpoint": _collector(answers) if answers.telemetry.enabled else None,
    }
    if answers.telemetry.otlp_headers and answers.telemetry.enabled and answers.telemetry.endpoint:
        section["headersVariable"] = _variable("telemetry.otlp_headers")
    return section


def _collector(answers: Answers) -> str | None:
    return answers.telemetry.endpoint or server_urls(answers).get(COLLECTOR)


def answers_in(config: Mapping[str, object]) -> dict[str, str]:
    """Return the answers, by key, that a mosaic.config.json still shows; for when they are lost."""
    return dict(_answers_in(config))


def _answers_in(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for provider in PROVIDERS:
        row = _inside(config, "providers", provider.name)
        for name, ending in MODELS.items():
            yield from _answer(row, name, f"providers.{provider.name}_{ending}")
    ollama = _inside(config, "providers", "ollama")
    yield from _answer(ollama, "contextTokens", "providers.ollama_context")
    yield from _answer(_inside(config, "embeddings"), "model", "providers.embeddings_model")
    agent = _inside(config, "agent")
    yield from _answer(agent, "intent", "agent.intent")
    if agent.get("name") != NAMES.get(str(agent.get("intent"))):
        yield from _answer(agent, "name", "agent.name")
    limit = _inside(config, "limits").get("monthlyDollars")
    if isinstance(limit, int):
        yield "limits.monthly", str(limit)
    for name in CHANNELS:
        yield from _answer(_inside(config, "channels", name), "url", f"channels.{name}_url")
    yield from _answer(_inside(config, "channels", "discord"), "guild", "channels.discord_guild")
    for name in TITLES:
        row = _inside(config, "signOn", name)
        yield from _answer(row, "issuer", f"sign_on.{name}_issuer")
        yield from _answer(row, "clientId", f"sign_on.{name}_client_id")
        callback = str(row.get("callback", ""))
        if callback.endswith(f"/api/auth/oauth2/callback/{name}"):
            yield "sign_on.base_url", callback.removesuffix(f"/api/auth/oauth2/callback/{name}")
    has_containers = "url" in _inside(config, "storage")
    yield from _telemetry_in(_inside(config, "telemetry"), has_containers=has_containers)


def _telemetry_in(
    section: Mapping[str, object], *, has_containers: bool
) -> Iterator[tuple[str, str]]:
    if section.get("enabled") is True:
        yield "telemetry.enabled", "on"
    if not has_containers or section.get("endpoint") not in OWN_COLLECTORS:
        yield from _answer(section, "endpoint", "telemetry.endpoint")


def _provider(row: Connection, answers: Answers) -> JsonObject:
    plain: JsonObject = {
        "url": row.url,
        "model": row.models["standard"],
        "smallModel": row.models["small"],
        "largeModel": row.models["large"],
    }
    if row.has_key:
        plain["keyVariable"] = _variable(row.provider.secret_key)
    elif row.provider.name == "ollama" and answers.models.ollama_context is not None:
        plain["contextTokens"] = answers.models.ollama_context
    return plain


def _embeddings(answers: Answers) -> JsonObject | None:
    if answers.providers["ollama"].url is None:
        return None
    model = answers.models.embeddings
    return {"provider": "ollama", "model": model, "dimensions": EMBEDDINGS[model]}


def _channels(answers: Answers) -> JsonObject:
    found: JsonObject = {}
    if answers.channels.discord_bot_token is not None:
        found["discord"] = {
            "url": answers.channels.discord_url,
            "guild": answers.channels.discord_guild,
            "tokenVariable": _variable("channels.discord_bot_token"),
        }
    if answers.channels.telegram_bot_token is not None:
        found["telegram"] = {
            "url": answers.channels.telegram_url,
            "tokenVariable": _variable("channels.telegram_bot_token"),
        }
    return found


def _variable(key: str) -> str:
    return CATALOGUE[key].variable


def _inside(config: Mapping[str, object], *names: str) -> Mapping[str, object]:
    found: object = config
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _answer(row: Mapping[str, object], name: str, key: str) -> Iterator[tuple[str, str]]:
    value = row.get(name)
    if isinstance(value, str):
        yield key, value
