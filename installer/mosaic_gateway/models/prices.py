"""What a call of a model costs, by the published prices; one that nobody knows is not guessed.

The table of prices comes with a library and asks nobody. To read it takes part of a second, so the
thread that loads the clients does it first.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from urllib.parse import urlsplit

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import Usage

MICROS_PER_DOLLAR = 1_000_000
OWN = "ollama"
"""Whose models run on machines of one's own, but for those of its cloud."""
CLOUD = "ollama.com"


class Prices:
    """What calls of the providers that are on cost."""

    def __init__(self, providers: Iterable[ProviderConfig]) -> None:
        self._own = frozenset(
            each.name for each in providers if each.name == OWN and not _is_cloud(each.url)
        )

    def is_free(self, provider: str, model: str) -> bool:
        """Return whether the model runs on a machine of one's own.

        One whose tag ends with `cloud` runs in Ollama's, whoever is asked for it
        (https://docs.ollama.com/cloud).
        """
        return provider in self._own and not model.endswith((":cloud", "-cloud"))

    def cost_of(self, provider: str, model: str, usage: Usage) -> int | None:
        """Return what it costs in millionths of a US dollar; None where the price is unknown.

        What took nothing, since the provider refused it, costs nothing, whatever the price is.
        """
        is_nothing = usage == Usage() or self.is_free(provider, model)
        return 0 if is_nothing else list_price(provider, model, usage)


def list_price(provider: str, model: str, usage: Usage) -> int | None:
    """Return what a provider's list says, in millionths of a US dollar; None where it does not."""
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
    list_price("anthropic", "claude-haiku-4-5", Usage(1, 1))


def _is_cloud(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == CLOUD or host.endswith(f".{CLOUD}")
