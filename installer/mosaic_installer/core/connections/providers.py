"""The model providers as values: which there are, and which of them these answers turn on."""

from collections.abc import Mapping
from typing import Literal

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS, Provider

Size = Literal["large", "standard", "small"]


@frozen
class Connection:
    """A provider that is turned on: where it is, and the models to use there."""

    provider: Provider
    url: str
    models: Mapping[Size, str]
    has_key: bool


def connections(answers: Answers) -> tuple[Connection, ...]:
    """Return the providers that are turned on, in the order of the questionnaire."""
    return tuple(
        Connection(
            provider=provider,
            url=str(row.url),
            models={
                "large": row.large_model,
                "standard": row.model,
                "small": row.small_model,
            },
            has_key=row.api_key is not None,
        )
        for provider in PROVIDERS
        if value_of(answers, provider.key) is not None
        for row in (answers.providers[provider.name],)
    )
