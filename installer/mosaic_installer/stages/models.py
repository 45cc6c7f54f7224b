"""The models that Ollama lacks, where it is to pull them: last, as nothing else rests on them."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts

TITLE = "Models"


def plan(_facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the models, the one for vectors first; nothing unless somebody asked for it."""
    ollama = answers.providers["ollama"]
    # Who demands a key runs it for others: what it has is not ours to change.
    if ollama.url is None or ollama.api_key or not answers.models.ollama_pull:
        return
    names = (
        answers.models.embeddings,
        ollama.model,
        ollama.small_model,
        ollama.large_model,
    )
    for name in dict.fromkeys(names):
        yield PullModel(url=ollama.url, name=name)
