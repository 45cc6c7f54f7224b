"""What models of embeddings want to be told besides the text, and how much of it they read.

A text that is kept and one that it is looked for by are two things to most of them:
https://huggingface.co/nomic-ai/nomic-embed-text-v1.5 and
https://huggingface.co/mixedbread-ai/mxbai-embed-large-v1 say what stands before each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Purpose = Literal["document", "question"]


@dataclass(frozen=True)
class Habit:
    """What stands before a text, and how many tokens are read of it."""

    document: str = ""
    question: str = ""
    tokens: int = 512


_HABITS: Mapping[str, Habit] = {
    "nomic-embed-text": Habit("search_document: ", "search_query: ", 2048),
    "mxbai-embed-large": Habit(
        question="Represent this sentence for searching relevant passages: ", tokens=512
    ),
    "text-embedding-3-small": Habit(tokens=8191),
    "text-embedding-3-large": Habit(tokens=8191),
    "text-embedding-ada-002": Habit(tokens=8191),
}
# Of a text in most languages, in dense ones, and of what is no language at all.
CHARACTERS_PER_TOKEN = (4, 2, 1)


def prepared(model: str, text: str, purpose: Purpose, density: int = 0) -> str:
    """Return what the model is told of a text, which it can read as a whole.

    `density` is how often it was too long for the model as it was cut.
    """
    habit = _HABITS.get(_name(model), Habit())
    before = habit.question if purpose == "question" else habit.document
    longest = habit.tokens * CHARACTERS_PER_TOKEN[density] - len(before)
    return before + text[:longest]


def _name(model: str) -> str:
    """The name without what says where it is from, and which size it has."""
    return model.rpartition("/")[2].partition(":")[0]
