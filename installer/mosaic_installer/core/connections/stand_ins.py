"""Defaults that a provider does not list, and what stands in for each: the newest of its family.

Of an Ollama on a machine of one's own, that is a model that it has, whatever its name: nobody wants
to wait for gigabytes where a model is there. What somebody chose is never replaced. Z.AI's list
lags behind what it serves, and decides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence

from mosaic_installer.core.answers import CATALOGUE, Answers, value_of
from mosaic_installer.core.connections.known import BY_NAME
from mosaic_installer.core.connections.models import (
    first_that_talks,
    is_alias,
    is_listed,
    newest_of_family,
)
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS, SIZES

DECIDES = ("anthropic", "openai", "openrouter")
"""The providers whose lists are complete and their own."""
OLLAMA = "ollama"
PREFIX = f"providers.{OLLAMA}_"
MODEL_KEYS = tuple(
    key
    for provider in PROVIDERS
    for key in (f"providers.{provider.name}_{size}" for size in SIZES)
    if isinstance(CATALOGUE[key].default, str)
)
"""The settings whose default is the name of a model."""


@frozen
class StandIn:
    """A model that is used where the default of the setting `key` is not to be had."""

    key: str
    title: str
    """Of the provider."""
    default: str
    model: str


def better_defaults(answers: Answers, verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Return the models, by key, that the providers' lists put in the place of those in use.

    Only of settings that nobody chose; a default that is listed again comes back.
    """
    found = {row.key: row.model for row in stand_ins(answers, verdicts)}
    wanted = {
        key: found.get(key, str(CATALOGUE[key].default)) for key in _decided(answers, verdicts)
    }
    return {
        key: model
        for key, model in wanted.items()
        if key not in answers.chosen and value_of(answers, key) != model
    }


def stand_ins(answers: Answers, verdicts: Sequence[Verdict]) -> tuple[StandIn, ...]:
    """Return what stands in for each default that is not in the list of its provider."""
    return tuple(
        StandIn(key=key, title=BY_NAME[verdict.name].title, default=default, model=newest)
        for key, verdict in _decided(answers, verdicts).items()
        if key not in answers.chosen
        for default in (str(CATALOGUE[key].default),)
        if not (is_alias(default) or is_listed(default, verdict.models))
        for newest in (_newest(verdict, default),)
        if newest is not None
    )


def replaced_defaults(answers: Answers) -> dict[str, dict[str, str]]:
    """Return what these answers have in the place of defaults: by key, and by the default."""
    return {
        key: {str(CATALOGUE[key].default): str(value_of(answers, key))}
        for key in MODEL_KEYS
        if key not in answers.chosen and value_of(answers, key) != CATALOGUE[key].default
    }


def remembered_defaults(replaced: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield, by key, what earlier runs replaced the defaults by that there still are."""
    for key in MODEL_KEYS:
        model = replaced.get(key, {}).get(str(CATALOGUE[key].default))
        if model is not None:
            yield key, model


def _newest(verdict: Verdict, default: str) -> str | None:
    if verdict.name != OLLAMA:
        return newest_of_family(default, verdict.models)
    wanted = [str(CATALOGUE[key].default) for key in MODEL_KEYS if key.startswith(PREFIX)]
    listed = [name for name in wanted if is_listed(name, verdict.models)]
    return listed[0] if listed else first_that_talks(verdict.models)


def _decided(answers: Answers, verdicts: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return the list that decides on each setting of a model, as far as there is one."""
    # What the person has Ollama pull it will have; what a key leads to are models of others.
    is_as_found = not (answers.models.ollama_pull or answers.providers[OLLAMA].api_key)
    decides = (*DECIDES, OLLAMA) if is_as_found else DECIDES
    lists = {row.name: row for row in verdicts if row.name in decides and row.models}
    return {
        key: lists[name]
        for name in lists
        for key in MODEL_KEYS
        if key.startswith(f"providers.{name}_")
    }
