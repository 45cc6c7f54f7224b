"""The model providers as values: which there are, and which of them these answers turn on."""

from dataclasses import dataclass

from mosaic_installer.core.answers import Answers, value_of


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A model provider: its name in the keys of settings, its title, its programs' own variable."""

    name: str
    title: str
    variable: str
    key: str
    """The setting that turns it on."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A provider that is turned on: where it is, and the models to use there."""

    provider: Provider
    url: str
    model: str
    small_model: str


PROVIDERS = (
    Provider(
        name="anthropic",
        title="Anthropic",
        variable="ANTHROPIC_API_KEY",
        key="providers.anthropic_api_key",
    ),
    Provider(
        name="openai", title="OpenAI", variable="OPENAI_API_KEY", key="providers.openai_api_key"
    ),
    Provider(
        name="openrouter",
        title="OpenRouter",
        variable="OPENROUTER_API_KEY",
        key="providers.openrouter_api_key",
    ),
    Provider(name="zai", title="Z.AI", variable="ZAI_API_KEY", key="providers.zai_api_key"),
    Provider(name="ollama", title="Ollama", variable="OLLAMA_HOST", key="providers.ollama_url"),
)
OWN_VARIABLES = {provider.variable: provider.key for provider in PROVIDERS}
"""The setting that each provider's own variable could be taken over into."""


def connections(answers: Answers) -> tuple[Connection, ...]:
    """Return the providers that are turned on, in the order of the questionnaire."""
    return tuple(
        Connection(
            provider=provider,
            url=str(value_of(answers, f"providers.{provider.name}_url")),
            model=str(value_of(answers, f"providers.{provider.name}_model")),
            small_model=str(value_of(answers, f"providers.{provider.name}_small_model")),
        )
        for provider in PROVIDERS
        if value_of(answers, provider.key) is not None
    )
