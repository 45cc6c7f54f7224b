"""A text for every setting, other than its default, that its parser takes."""

from collections.abc import Callable

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.agent import parse_intent
from mosaic_installer.core.questionnaire.channels import parse_guild
from mosaic_installer.core.questionnaire.gateway import parse_runtime
from mosaic_installer.core.questionnaire.pasted import parse_key
from mosaic_installer.core.questionnaire.providers import parse_embeddings_model, parse_model
from mosaic_installer.core.questionnaire.setting import (
    parse_address,
    parse_email,
    parse_hostname,
    parse_image,
    parse_name,
    parse_origin,
    parse_password,
    parse_port,
    parse_text,
    parse_yes_no,
)
from mosaic_installer.core.questionnaire.storage import parse_database_url, parse_valkey_url
from mosaic_installer.core.questionnaire.web_address import (
    parse_issuer,
    parse_ollama_address,
    parse_web_address,
)
from mosaic_installer.core.tiers import parse_tier

BY_PARSER: dict[Callable[[str], object], str] = {
    parse_address: "::1",
    parse_database_url: "postgresql://ada:pw-of-db@db.example/mosaic",
    parse_email: "bob@example.org",
    parse_embeddings_model: "mxbai-embed-large",
    parse_guild: "41771983423143937",
    parse_hostname: "mosaic.example.org",
    parse_image: "registry.example.org/image:7",
    parse_intent: "devops",
    parse_issuer: "https://login.example.org/m",
    parse_key: "sk-example-0123456789",
    parse_model: "model-of-example",
    parse_name: "Ada Example",
    parse_ollama_address: "http://models.example:11434",
    parse_origin: "https://web.example.org",
    parse_password: "another-horse-7",
    parse_port: "28080",
    parse_runtime: "container",
    parse_text: "example-text",
    parse_tier: "standalone",
    parse_valkey_url: "redis://ada:pw-of-queue@queue.example:6379/0",
    parse_web_address: "https://api.example.org/v9",
    parse_yes_no: "yes",
}
BY_KEY = {"installer.home": "/srv/mosaic"}


def example(key: str) -> str:
    """Return the example of a setting; raises `KeyError` for a parser that has none above."""
    return BY_KEY.get(key) or BY_PARSER[CATALOGUE[key].parse]
