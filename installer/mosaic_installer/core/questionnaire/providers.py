"""The rows of the questionnaire about model providers: a key, an address and models of each."""

from dataclasses import dataclass
from typing import Annotated

from mosaic_installer.core.questionnaire.pasted import parse_key
from mosaic_installer.core.questionnaire.setting import Setting, parse_yes_no
from mosaic_installer.core.questionnaire.web_address import parse_ollama_address, parse_web_address
from mosaic_installer.core.secret import Secret

EMBEDDINGS = {"nomic-embed-text": 768, "mxbai-embed-large": 1024}
"""Dimensions of the vectors, by model of Ollama."""


def parse_model(text: str) -> str:
    """Accept the name of a model."""
    name = text.strip()
    if not name or len(name) > 200 or not name.isprintable() or " " in name:
        raise ValueError("a model's name is one word, such as `gpt-5` or `qwen2.5-coder:7b`")
    return name


def parse_embeddings_model(text: str) -> str:
    """Accept the name of a model that makes vectors."""
    name = text.strip().lower().removesuffix(":latest")
    if name not in EMBEDDINGS:
        raise ValueError(f"an embeddings model is {' or '.join(f'`{row}`' for row in EMBEDDINGS)}")
    return name


def _key(name: str, title: str) -> Setting:
    return Setting(
        key=f"providers.{name}_api_key",
        variable=f"MOSAIC_{name.upper()}_API_KEY",
        prompt=f"API key of {title}",
        help=f"Turns {title} on. It is tried with a real call, and kept in secrets.toml only; "
        "`none` removes it.",
        parse=parse_key,
        default_note=f"none: without {title}",
        is_secret=True,
        is_optional=True,
    )


def _address(name: str, title: str, default: str) -> Setting:
    return Setting(
        key=f"providers.{name}_url",
        variable=f"MOSAIC_{name.upper()}_URL",
        prompt=f"Address of {title}",
        help="Another address is for a proxy or a gateway that speaks the same language.",
        parse=parse_web_address,
        default=default,
    )


def _model(name: str, title: str, default: str) -> Setting:
    return Setting(
        key=f"providers.{name}_model",
        variable=f"MOSAIC_{name.upper()}_MODEL",
        prompt=f"Model of {title}",
        help="The model for demanding tasks.",
        parse=parse_model,
        default=default,
    )


def _small_model(name: str, title: str, default: str) -> Setting:
    return Setting(
        key=f"providers.{name}_small_model",
        variable=f"MOSAIC_{name.upper()}_SMALL_MODEL",
        prompt=f"Small model of {title}",
        help="The model for simple tasks, and for those that shall cost little.",
        parse=parse_model,
        default=default,
    )


@dataclass(frozen=True, kw_only=True)
class ProviderAnswers:
    """Which model providers the gateway may use, and how it reaches them."""

    providers_anthropic_api_key: Annotated[Secret | None, _key("anthropic", "Anthropic")]
    providers_anthropic_url: Annotated[
        str, _address("anthropic", "Anthropic", "https://api.anthropic.com")
    ]
    providers_anthropic_model: Annotated[str, _model("anthropic", "Anthropic", "claude-sonnet-4-5")]
    providers_anthropic_small_model: Annotated[
        str, _small_model("anthropic", "Anthropic", "claude-haiku-4-5")
    ]
    providers_openai_api_key: Annotated[Secret | None, _key("openai", "OpenAI")]
    providers_openai_url: Annotated[str, _address("openai", "OpenAI", "https://api.openai.com/v1")]
    providers_openai_model: Annotated[str, _model("openai", "OpenAI", "gpt-5")]
    providers_openai_small_model: Annotated[str, _small_model("openai", "OpenAI", "gpt-5-mini")]
    providers_openrouter_api_key: Annotated[Secret | None, _key("openrouter", "OpenRouter")]
    providers_openrouter_url: Annotated[
        str, _address("openrouter", "OpenRouter", "https://openrouter.ai/api/v1")
    ]
    providers_openrouter_model: Annotated[
        str, _model("openrouter", "OpenRouter", "anthropic/claude-sonnet-4.5")
    ]
    providers_openrouter_small_model: Annotated[
        str, _small_model("openrouter", "OpenRouter", "openai/gpt-5-mini")
    ]
    providers_zai_api_key: Annotated[Secret | None, _key("zai", "Z.AI")]
    providers_zai_url: Annotated[str, _address("zai", "Z.AI", "https://api.z.ai/api/paas/v4")]
    providers_zai_model: Annotated[str, _model("zai", "Z.AI", "glm-4.6")]
    providers_zai_small_model: Annotated[str, _small_model("zai", "Z.AI", "glm-4.5-air")]
    providers_ollama_url: Annotated[
        str | None,
        Setting(
            key="providers.ollama_url",
            variable="MOSAIC_OLLAMA_URL",
            prompt="Address of Ollama",
            help="Turns Ollama on, which runs models on a machine of your own; such as "
            "http://127.0.0.1:11434.",
            parse=parse_ollama_address,
            default_note="none: without Ollama",
            is_optional=True,
        ),
    ]
    providers_ollama_model: Annotated[str, _model("ollama", "Ollama", "llama3.1:8b")]
    providers_ollama_small_model: Annotated[str, _small_model("ollama", "Ollama", "llama3.2:3b")]
    providers_ollama_pull: Annotated[
        bool,
        Setting(
            key="providers.ollama_pull",
            variable="MOSAIC_OLLAMA_PULL",
            prompt="Pull the models that Ollama lacks",
            help="At the end of the installation; several gigabytes.",
            parse=parse_yes_no,
            default="no",
        ),
    ]
    providers_embeddings_model: Annotated[
        str,
        Setting(
            key="providers.embeddings_model",
            variable="MOSAIC_EMBEDDINGS_MODEL",
            prompt="Model that makes vectors",
            help="Runs on Ollama: nomic-embed-text has 768 dimensions, mxbai-embed-large 1024. "
            "After a change, stored vectors must be made again.",
            parse=parse_embeddings_model,
            default="nomic-embed-text",
            choices=tuple(EMBEDDINGS),
        ),
    ]
    providers_take_over: Annotated[
        bool,
        Setting(
            key="providers.take_over",
            variable="MOSAIC_TAKE_OVER_KEYS",
            prompt="Take over keys that the environment has already",
            help="Uses ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENROUTER_API_KEY, ZAI_API_KEY and "
            "OLLAMA_HOST where this run is given nothing else.",
            parse=parse_yes_no,
            default="no",
            is_remembered=False,
        ),
    ]
