"""The model providers that `mosaic.config.json` turns on: where each is, its models and its key."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mosaic_gateway.configuration.config_section import Section, read_document
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.errors import SettingsError

# In the order in which they are asked where nothing says which.
PROVIDERS = ("anthropic", "openai", "openrouter", "zai", "ollama")
WITHOUT_KEY = frozenset({"ollama"})
CONTEXTS = (4096, 1_048_576)
"""Tokens that a model may be set to read."""
EXAMPLE = "https://api.example.org/v1"

_LOG = logging.getLogger("mosaic_gateway.configuration")


@dataclass(frozen=True)
class ProviderConfig:
    """One provider that is on; `models` are the standard, the large and the small one.

    `context` is how many tokens its models are to read; None leaves that to the provider.
    """

    name: str
    url: str
    models: tuple[str, str, str]
    key: str | None = field(default=None, repr=False)
    context: int | None = None

    @property
    def distinct_models(self) -> tuple[str, ...]:
        """Each model once; two sizes may be the same."""
        return tuple(dict.fromkeys(self.models))


def read_providers(file: Path, environment: Environment) -> tuple[ProviderConfig, ...]:
    """Read the section `providers`; raises SettingsError naming what is wrong and where.

    One whose key is missing is off, and the log says so: the others still answer. Providers that
    this version does not know are passed over, as all unknown keys are.
    """
    section = read_document(file).optional_section("providers")
    return () if section is None else tuple(_read(section, environment))


def _read(providers: Section, environment: Environment) -> Iterator[ProviderConfig]:
    for name in PROVIDERS:
        section = providers.optional_section(name)
        if section is None:
            continue
        key = _key(section, environment)
        if key is None and name not in WITHOUT_KEY:
            _LOG.warning("the provider `%s` is off: it has no API key", name)
            continue
        standard = section.text("model")
        models = (
            standard,
            *(_text(section, size, standard) for size in ("largeModel", "smallModel")),
        )
        has_context = name == "ollama" and section.has("contextTokens")
        context = section.number("contextTokens", *CONTEXTS) if has_context else None
        url = section.address("url", EXAMPLE)
        yield ProviderConfig(name, url, (models[0], models[1], models[2]), key, context)


def _text(section: Section, key: str, default: str) -> str:
    return section.text(key) if section.has(key) else default


def _key(section: Section, environment: Environment) -> str | None:
    if not section.has("keyVariable"):
        return None
    variable = section.text("keyVariable")
    key = environment.get(variable)
    if key is not None and not (key.isascii() and key.isprintable()):
        # It could not stand in a header, and what fails there would quote it.
        raise SettingsError(
            f"`{variable}` is not an API key",
            "an API key is one line of printable ASCII characters",
        )
    return key
