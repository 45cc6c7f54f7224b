"""The model providers there are, a row each; their settings follow from the row."""

from mosaic_installer.core.frozen import frozen

SIZES = ("model", "large_model", "small_model")
"""The endings of the settings that name a provider's models."""


@frozen
class Provider:
    """A model provider: its name in the keys of settings, its title, its programs' own variable."""

    name: str
    title: str
    variable: str
    url: str | None
    """None where there is no public one: then giving an address turns it on, else giving a key."""
    model: str
    small_model: str
    large_model: str | None = None
    """None: the model will do."""

    @property
    def key(self) -> str:
        """The setting that turns it on."""
        return f"providers.{self.name}_url" if self.url is None else self.secret_key

    @property
    def secret_key(self) -> str:
        """The setting with its API key."""
        return f"providers.{self.name}_api_key"


PROVIDERS = (
    Provider(
        name="anthropic",
        title="Anthropic",
        variable="ANTHROPIC_API_KEY",
        url="https://api.anthropic.com",
        model="claude-sonnet-5-5",
        small_model="claude-haiku-5-5",
        large_model="claude-opus-5-5",
    ),
    Provider(
        name="openai",
        title="OpenAI",
        variable="OPENAI_API_KEY",
        url="https://api.openai.com/v1",
        model="gpt-6.1-sol",
        small_model="gpt-6.1-terra",
    ),
    Provider(
        name="openrouter",
        title="OpenRouter",
        variable="OPENROUTER_API_KEY",
        url="https://openrouter.ai/api/v1",
        # These always mean the latest of their family.
        model="~anthropic/claude-sonnet-latest",
        small_model="~anthropic/claude-haiku-latest",
        large_model="~anthropic/claude-opus-latest",
    ),
    Provider(
        name="zai",
        title="Z.AI",
        variable="ZAI_API_KEY",
        url="https://api.z.ai/api/paas/v4",
        model="glm-5.3",
        small_model="glm-5.3-flash",
    ),
    Provider(
        name="ollama",
        title="Ollama",
        variable="OLLAMA_HOST",
        url=None,
        model="llama3.1:8b",
        small_model="llama3.2:3b",
    ),
)
OWN_VARIABLES = {provider.variable: provider.key for provider in PROVIDERS}
"""The setting that each provider's own variable could be taken over into."""
