"""What a call of a model costs, by the published prices; one that nobody knows is not guessed.

The table of prices comes with a library and asks nobody. To read it takes part of a second, so the
thread that loads the clients does it first.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from mosaic_gateway.models.pieces import Usage

MICROS_PER_DOLLAR = 1_000_000
FREE = frozenset({"ollama"})
"""Whose models run on machines of one's own."""


def cost_of(provider: str, model: str, usage: Usage) -> int | None:
    """Return what it costs in millionths of a US dollar; None where the price is unknown."""
    if provider in FREE:
        return 0
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    tokens = Tokens(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=min(usage.cached, usage.input),
    )
    try:
        dollars = calc_price(tokens, model, provider_id=provider).total_price
    except (LookupError, ValueError):
        return None
    return int((Decimal(dollars) * MICROS_PER_DOLLAR).quantize(Decimal(1), ROUND_HALF_EVEN))


def load_prices() -> None:
    """Read the table, so that no turn has to."""
    cost_of("anthropic", "claude-haiku-4-5", Usage(1, 1))
