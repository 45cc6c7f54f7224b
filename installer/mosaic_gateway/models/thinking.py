"""How much may be thought before an answer that has only so many tokens for both."""

from collections.abc import Mapping
from dataclasses import replace

from mosaic_gateway.models.messages import Effort, Wish

BUDGETS: Mapping[Effort, int] = {
    "minimal": 1024,
    "low": 2048,
    "medium": 10_000,
    "high": 16_384,
}
"""What Anthropic's models that know no effort may spend on one: it is told as so many tokens."""
LARGEST = 32_768
"""For those above."""


def affordable(wish: Wish) -> Wish:
    """Return a wish that Anthropic takes: it rejects a budget that leaves nothing for the answer.

    There is less thought, then, or none.
    """
    if wish.max_tokens is None or not wish.thinking:
        return wish
    most, wanted = wish.max_tokens, wish.thinking
    if most > BUDGETS.get("medium" if wanted is True else wanted, LARGEST):
        return wish
    fitting = [effort for effort, tokens in BUDGETS.items() if tokens < most]
    return replace(wish, thinking=fitting[-1] if fitting else None)


def effort_of(tokens: int) -> Effort:
    """Return the effort that takes no more tokens; the smallest takes a thousand."""
    fitting = [effort for effort, most in BUDGETS.items() if most <= tokens]
    return fitting[-1] if fitting else "minimal"
