"""The model providers, and the variables that their own programs read."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A model provider: its name in keys of settings, its title, and its own variable."""

    name: str
    title: str
    variable: str
    key: str
    """The setting that turns it on."""


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
