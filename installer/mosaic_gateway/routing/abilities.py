"""What a question needs of a model, what models can do, and whom that leaves to ask: pure.

What nobody knows of a model is not held against it: its provider says so itself, then.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from mosaic_gateway.errors import NoCapableModelError, TooLongError
from mosaic_gateway.routing.decision import Decision, Target

CHARACTERS_PER_TOKEN = 5
"""More than any tokenizer gets out of prose or code, so that what counts as too long surely is."""
OLLAMA_READS = 4096
"""Tokens that Ollama is sure to read where nobody tells it to read more; the rest it leaves out
without a word (https://docs.ollama.com/context-length)."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Needs:
    """What a question needs: pictures looked at, tools used, so much text read.

    `least` are the characters that have to be read as they are, where a summary does for the rest.
    """

    pictures: bool = False
    tools: bool = False
    characters: int = 0
    least: int | None = None

    @property
    def tokens(self) -> int:
        """At least as many."""
        return self.characters // CHARACTERS_PER_TOKEN

    @property
    def least_tokens(self) -> int:
        """At least as many of what no summary stands for."""
        return (self.characters if self.least is None else self.least) // CHARACTERS_PER_TOKEN


@dataclass(frozen=True)
class Abilities:
    """What a model can do, None where nobody knows; `tokens` is the most that it reads."""

    pictures: bool | None = None
    tools: bool | None = None
    tokens: int | None = None


Known = Callable[[Target], Abilities]

# The first that fits the name of a model, without the vendor's name before it. As their makers say
# in November 2026; of models with names of their own, and of Ollama's, the provider's list says it.
_FAMILIES: tuple[tuple[str, Abilities], ...] = (
    (r"claude-", Abilities(pictures=True, tools=True)),
    (r"gpt-[4-9]", Abilities(pictures=True, tools=True)),
    (r"glm-[0-9.]+v", Abilities(pictures=True, tools=True)),
    (r"glm-[0-9.]+(-(air|flash|turbo|x))*$", Abilities(pictures=False, tools=True)),
    (r"llama3\.[12](:|$)", Abilities(pictures=False, tools=True)),
    (r"(qwen2\.5|qwen2\.5-coder|qwen3|qwen3-coder)(:|$)", Abilities(pictures=False, tools=True)),
    (r"(llama[23]|mistral|phi[34]|deepseek-r1|gpt-oss)(:|$)", Abilities(pictures=False)),
)
_PATTERNS = tuple((re.compile(pattern), found) for pattern, found in _FAMILIES)


def usual(target: Target) -> Abilities:
    """Return what is known of a model by its name."""
    name = target.model.rpartition("/")[2]
    return next((found for pattern, found in _PATTERNS if pattern.match(name)), Abilities())


def reads(target: Target, able: Abilities) -> int | None:
    """Return how many tokens a model is sure to read; None where nobody knows."""
    is_ollama = target.provider == "ollama"
    return OLLAMA_READS if able.tokens is None and is_ollama else able.tokens


def suited(
    decision: Decision, needs: Needs, others: Iterable[Target], known: Known = usual
) -> Decision:
    """Return the decision with those alone who can do it, and with the reason where that differs.

    Where nobody of its chain can, one of the `others` answers. Those who do not read all of a long
    text come last. Raises NoCapableModelError, and TooLongError.
    """
    chain = [each for each in decision.chain if not _lack(needs, known(each))]
    found = chain or [each for each in others if not _lack(needs, known(each))]
    if not found:
        raise _nobody(decision.chain, needs, known)
    whole = [each for each in found if not _misses(each, needs, known(each))]
    ordered = (*whole, *(each for each in found if each not in whole))
    if ordered == decision.chain:
        return decision
    reason = "; ".join(_reasons(decision, ordered, needs, known))
    return replace(decision, chain=ordered, reason=reason)


def _reasons(
    decision: Decision, ordered: tuple[Target, ...], needs: Needs, known: Known
) -> Iterable[str]:
    """Say what is wrong with those who would have been asked before the first."""
    yield decision.reason
    first = ordered[0]
    before = decision.chain[: decision.chain.index(first)] if first in decision.chain else None
    for each in (decision.chain if before is None else before)[:MOST_NAMED]:
        yield f"{each} {_lack(needs, known(each)) or _misses(each, needs, known(each))}"


def _nobody(chain: tuple[Target, ...], needs: Needs, known: Known) -> NoCapableModelError:
    lacks = {each: _lack(needs, known(each)) for each in chain}
    said = "; ".join(f"{each} {lack}" for each, lack in [*lacks.items()][:MOST_NAMED])
    is_long = any(_is_too_long(needs, known(each)) for each in chain)
    return (TooLongError if is_long else NoCapableModelError)(f"no model can take this: {said}")


def _lack(needs: Needs, able: Abilities) -> str:
    if needs.pictures and able.pictures is False:
        return "cannot look at pictures"
    if needs.tools and able.tools is False:
        return "cannot use tools"
    if _is_too_long(needs, able):
        return f"reads at most {able.tokens} tokens, and these are more than {needs.least_tokens}"
    return ""


def _is_too_long(needs: Needs, able: Abilities) -> bool:
    return able.tokens is not None and needs.least_tokens > able.tokens


def _misses(target: Target, needs: Needs, able: Abilities) -> str:
    """Say what a model does not read of a long text; nothing where it reads all of it."""
    room = reads(target, able)
    if room is None or needs.tokens <= room:
        return ""
    if needs.least is not None and needs.least_tokens <= room:
        return "reads the beginning of so long a conversation as a summary only"
    return "may leave out a part of so long a text"
