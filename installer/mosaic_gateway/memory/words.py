"""The words of a text as they are compared: without case, accents and signs.

Where a script writes no spaces between words, every two characters that stand together are one.
"""

import re
import unicodedata
from collections.abc import Iterator

from mosaic_gateway.storage.keywords import Sought

LONGEST_WORD = 64
SHORTEST_BEGINNING = 4
"""Shorter ones begin too many others that have nothing to do with them."""
MOST_ASKED = 32
"""So many different words of a question are looked for."""

_ACCENTS = re.compile("[\u0300-\u036f]")
# Thai, Lao, Burmese, Khmer, kana and the Han characters.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(f"[{_UNSPACED}\U00020000-\U0003ffff]+|[^{_UNSPACED}\U00020000-\U0003ffff]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}\U00020000-\U0003ffff]")
_OF_WORDS = frozenset("LMN")


def words_in(text: str) -> list[str]:
    """All of them, in their order; whatever the text is."""
    found = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    found = unicodedata.normalize("NFC", found)
    # By category, since `\\w` splits words of scripts whose vowels are marks.
    spaced = "".join(each if unicodedata.category(each)[0] in _OF_WORDS else " " for each in found)
    return [each[:LONGEST_WORD] for word in spaced.split() for each in _parts(word)]


def asked_words(text: str) -> list[Sought]:
    """Those of a question, each once."""
    found = list(dict.fromkeys(words_in(text)))[:MOST_ASKED]
    return [Sought(each, _begins_others(each)) for each in found]


def _begins_others(word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING or (len(word) == 1 and bool(_IS_UNSPACED.match(word)))


def _parts(word: str) -> Iterator[str]:
    for run in _RUNS.findall(word):
        if len(run) > 1 and _IS_UNSPACED.match(run):
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run
