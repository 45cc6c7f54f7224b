"""The rows of the questionnaire about model providers: a key, an address and models of each."""

from typing import Annotated

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import With, Without
from mosaic_installer.core.questionnaire.kinds import YES_NO, Kind, choice, integer
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS, Provider
from mosaic_installer.core.questionnaire.pasted import PROVIDER_KEY
from mosaic_installer.core.questionnaire.setting import Earlier, RowsByName, Setting
from mosaic_installer.core.questionnaire.web_address import OLLAMA_ADDRESS, WEB_ADDRESS
from mosaic_installer.core.secret import Secret

EMBEDDINGS = {"nomic-embed-text": 768, "mxbai-embed-large": 1024}
"""Dimensions of the vectors, by model of Ollama."""

CONTEXT = integer(4096, 1_048_576)


def parse_model(text: str) -> str:
    """Accept the name of a model."""
    name = text.strip()
    if not name or len(name) > 200 or not name.isprintable() or " " in name:
        raise ValueError("a model's name is one word, such as `gpt-6.1-sol` or `qwen2.5-coder:7b`")
    return name


MODEL = Kind(
    parse=parse_model, examples=("model-of-example",), accepts="One word of at most 200 characters."
)
EMBEDDINGS_MODEL = choice(
    "an embeddings model",
    {
        "nomic-embed-text": "smaller and faster; up to 2,048 tokens, 768 dimensions",
        "mxbai-embed-large": "larger and more precise; up to 512 tokens, 1,024 dimensions",
    },
    {f"{name}:latest": name for name in EMBEDDINGS},
)


def _key(name: str, title: str) -> Setting:
    return Setting(
        key=f"providers.{name}_api_key",
        variable=f"MOSAIC_{name.upper()}_API_KEY",
        prompt=f"{title} API key",
        help=f"Turns {title} on. The key is checked with a real call and saved in secrets.toml "
        "only; `none` removes it.",
        kind=PROVIDER_KEY,
        default_note=f"none: without {title}",
        is_optional=True,
    )


def _address(name: str, title: str, default: str) -> Setting:
    return Setting(
        key=f"providers.{name}_url",
        variable=f"MOSAIC_{name.upper()}_URL",
        prompt=f"{title} URL",
        help="Change it to use a proxy or a compatible service.",
        kind=WEB_ADDRESS,
        when=(With(f"providers.{name}_api_key"),),
        default=default,
    )


def _model(provider: Provider) -> Setting:
    return Setting(
        key=f"providers.{provider.name}_model",
        variable=f"MOSAIC_{provider.name.upper()}_MODEL",
        prompt=f"{provider.title} model",
        help="The model for most tasks.",
        kind=MODEL,
        when=(With(provider.key),),
        default=provider.model,
    )


def _large_model(provider: Provider) -> Setting:
    standard = f"providers.{provider.name}_model"

    def same(_host: Host, earlier: Earlier) -> str:
        return str(earlier[standard])

    return Setting(
        key=f"providers.{provider.name}_large_model",
        variable=f"MOSAIC_{provider.name.upper()}_LARGE_MODEL",
        prompt=f"{provider.title} large model",
        help="The model for the most demanding tasks.",
        kind=MODEL,
        when=(With(provider.key),),
        default=provider.large_model or same,
        default_note="" if provider.large_model else f"the same as `{standard}`",
    )


def _small_model(provider: Provider) -> Setting:
    return Setting(
        key=f"providers.{provider.name}_small_model",
        variable=f"MOSAIC_{provider.name.upper()}_SMALL_MODEL",
        prompt=f"{provider.title} small model",
        help="The model for simple or low-cost tasks.",
        kind=MODEL,
        when=(With(provider.key),),
        default=provider.small_model,
    )


def _ollama_address() -> Setting:
    return Setting(
        key="providers.ollama_url",
        variable="MOSAIC_OLLAMA_URL",
        prompt="Ollama URL",
        help="Turns on Ollama, which runs models on your own machine. Example: "
        "http://127.0.0.1:11434.",
        kind=OLLAMA_ADDRESS,
        default_note="none: without Ollama",
        is_optional=True,
    )


def _ollama_key() -> Setting:
    return Setting(
        key="providers.ollama_api_key",
        variable="MOSAIC_OLLAMA_API_KEY",
        prompt="Ollama API key",
        help="For ollama.com, or an Ollama behind a proxy. A local Ollama needs none.",
        kind=PROVIDER_KEY,
        when=(With("providers.ollama_url"),),
        default_note="none",
        is_optional=True,
    )


@frozen
class ProviderAnswers:
    """How one model provider is reached, and the models to use there."""

    api_key: Secret | None
    """None where it needs no key, or is not turned on."""
    url: str | None
    model: str
    small_model: str
    large_model: str


def _rows(provider: Provider) -> dict[str, Setting]:
    name, title = provider.name, provider.title
    if provider.url is None:
        place = {"url": _ollama_address(), "api_key": _ollama_key()}
    else:
        place = {"api_key": _key(name, title), "url": _address(name, title, provider.url)}
    return {
        **place,
        "model": _model(provider),
        "large_model": _large_model(provider),
        "small_model": _small_model(provider),
    }


PROVIDER_ROWS = RowsByName(
    section=ProviderAnswers, rows={provider.name: _rows(provider) for provider in PROVIDERS}
)


@frozen
class ModelsAnswers:
    """What concerns the models of more than one provider, or of Ollama alone."""

    ollama_pull: Annotated[
        bool,
        Setting(
            key="providers.ollama_pull",
            variable="MOSAIC_OLLAMA_PULL",
            prompt="Download missing Ollama models",
            help="Downloads several gigabytes at the end of the installation.",
            kind=YES_NO,
            when=(With("providers.ollama_url"), Without("providers.ollama_api_key")),
            default="no",
        ),
    ]
    ollama_context: Annotated[
        int | None,
        Setting(
            key="providers.ollama_context",
            variable="MOSAIC_OLLAMA_CONTEXT",
            prompt="Context length of Ollama models",
            help="How many tokens a model reads, up to what it was made for; more tokens take more "
            "memory. Ollama silently drops what goes beyond.",
            kind=CONTEXT,
            when=(With("providers.ollama_url"), Without("providers.ollama_api_key")),
            default_note="what Ollama chooses, often 4096",
            is_optional=True,
        ),
    ]
    embeddings: Annotated[
        str,
        Setting(
            key="providers.embeddings_model",
            variable="MOSAIC_EMBEDDINGS_MODEL",
            prompt="Embeddings model",
            help="A model on Ollama that turns text into vectors: memories are then found by what "
            "they mean, too, and `/v1/embeddings` uses it.",
            kind=EMBEDDINGS_MODEL,
            when=(With("providers.ollama_url"),),
            default="nomic-embed-text",
        ),
    ]
    take_over: Annotated[
        bool,
        Setting(
            key="providers.take_over",
            variable="MOSAIC_TAKE_OVER_KEYS",
            prompt="Use API keys found in the environment",
            help="Uses ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENROUTER_API_KEY, ZAI_API_KEY and "
            "OLLAMA_HOST unless you give other values.",
            kind=YES_NO,
            default="no",
            is_remembered=False,
        ),
    ]
