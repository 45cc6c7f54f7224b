"""The models that Ollama lacks, where it is to pull them: last, as nothing else rests on them."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts

TITLE = "Models"


def plan(_facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the models, the one for vectors first; nothing unless somebody asked for it."""
    if answers.providers_ollama_url is None or not answers.providers_ollama_pull:
        return
    names = (
        answers.providers_embeddings_model,
        answers.providers_ollama_model,
        answers.providers_ollama_small_model,
    )
    for name in dict.fromkeys(names):
        yield PullModel(url=answers.providers_ollama_url, name=name)
