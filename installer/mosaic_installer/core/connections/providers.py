"""The model providers as values: which there are, and which of them these answers turn on."""

from dataclasses import dataclass

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.questionnaire.providers import PROVIDERS, Provider


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A provider that is turned on: where it is, and the models to use there."""

    provider: Provider
    url: str
    model: str
    small_model: str


def connections(answers: Answers) -> tuple[Connection, ...]:
    """Return the providers that are turned on, in the order of the questionnaire."""
    return tuple(
        Connection(
            provider=provider,
            url=str(row.url),
            model=row.model,
            small_model=row.small_model,
        )
        for provider in PROVIDERS
        if value_of(answers, provider.key) is not None
        for row in (answers.providers[provider.name],)
    )
