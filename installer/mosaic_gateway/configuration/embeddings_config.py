"""Which model turns texts into vectors, as `mosaic.config.json` has it."""

from dataclasses import dataclass

from mosaic_gateway.configuration.config_section import Section

# Those whose dialect of embeddings we speak.
EMBEDDING_PROVIDERS = ("openai", "openrouter", "ollama")
MOST_DIMENSIONS = 16_000
"""What pgvector can keep."""


@dataclass(frozen=True)
class EmbeddingsConfig:
    """A model of a provider, and how many numbers its vectors have."""

    provider: str
    model: str
    dimensions: int


def read_embeddings(document: Section) -> EmbeddingsConfig | None:
    """Read the section `embeddings`, None where there is none; raises SettingsError."""
    if not document.has("embeddings"):
        return None
    section = document.section("embeddings")
    return EmbeddingsConfig(
        section.choice("provider", EMBEDDING_PROVIDERS),
        section.text("model"),
        section.number("dimensions", 1, MOST_DIMENSIONS),
    )
