"""What a call counts as, what it costs, and where a month ends."""

from datetime import UTC, datetime

import pytest

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.models.prices import Prices
from mosaic_gateway.usage.calls import Call
from mosaic_gateway.usage.errors import LimitReachedError
from mosaic_gateway.usage.months import Month

pytestmark = pytest.mark.unit


def ollama(url: str) -> ProviderConfig:
    return ProviderConfig("ollama", url, ("a", "b", "c"))


def asked(*pieces: Text | Thinking | ToolPiece | Usage) -> Call:
    call = Call("user", "openai", "gpt-5", 41)
    call.is_asked = True
    for piece in pieces:
        call.add(piece)
    return call


def test_what_the_provider_tells_counts_else_our_estimate() -> None:
    told = Usage(100, 10, 5)
    assert asked(Text("one"), told).taken(is_whole=True) == (told, False)
    assert asked(Text("12345"), Usage()).taken(is_whole=True) == (Usage(11, 2), True)
    heard = (Thinking("1234"), ToolPiece(0, "id", "call", "{}..", is_first=True))
    assert asked(*heard).taken(is_whole=False) == (Usage(11, 3), True)
    # Anthropic tells at the beginning what came in.
    cut = asked(Usage(100, 1, 5), Text("x" * 40)).taken(is_whole=False, fault="broken")
    assert cut == (Usage(100, 10, 5), True)


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        ("rate-limited", Usage()),
        ("unreachable", Usage()),
        ("broken", Usage(11)),
        ("too-slow", Usage(11)),
    ],
)
def test_what_a_provider_refuses_takes_nothing(fault: str, taken: Usage) -> None:
    assert asked().taken(is_whole=False, fault=fault)[0] == taken


def test_what_was_never_asked_takes_nothing() -> None:
    assert Call("user", "openai", "gpt-5", 41).taken(is_whole=False) == (Usage(), False)


def test_prices_are_of_the_provider_and_never_guessed() -> None:
    cost_of = Prices([ollama("http://127.0.0.1:11434/v1")]).cost_of
    # What was refused took nothing, and that has a price.
    assert cost_of("openrouter", "a-vendor/unheard-of", Usage()) == 0
    # $1.25 for a million tokens, $0.125 for cached ones, $10 for those of the answer.
    assert cost_of("openai", "gpt-5", Usage(1_000_000, 100_000, 400_000)) == 1_800_000
    assert cost_of("openai", "gpt-5", Usage()) == 0
    # More cached ones than there are: a provider's mistake, which is not ours to pay for.
    assert cost_of("openai", "gpt-5", Usage(8, 0, 100)) == 1
    assert cost_of("openai", "a-model-of-mine", Usage(1)) is None
    assert cost_of("ollama", "gpt-5", Usage(1)) == 0


@pytest.mark.parametrize(
    ("url", "model", "is_free"),
    [
        ("http://127.0.0.1:11434/v1", "qwen3:8b", True),
        ("https://ollama.example.org/v1", "qwen3:8b", True),
        ("https://ollama.com/v1", "qwen3:8b", False),
        ("https://OLLAMA.com:443/v1", "qwen3:8b", False),
        ("http://127.0.0.1:11434/v1", "gpt-oss:120b-cloud", False),
        ("http://127.0.0.1:11434/v1", "glm-4.6:cloud", False),
        ("http://127.0.0.1:11434/v1", "cloud", True),
    ],
)
def test_models_of_ollamas_cloud_are_not_free_and_have_no_price(
    url: str, model: str, *, is_free: bool
) -> None:
    prices = Prices([ollama(url)])
    assert prices.is_free("ollama", model) is is_free
    assert prices.cost_of("ollama", model, Usage(1_000_000)) == (0 if is_free else None)


def test_nothing_is_free_where_ollama_is_off() -> None:
    assert not Prices([]).is_free("ollama", "qwen3:8b")


def test_a_month_is_one_of_the_calendar_in_utc() -> None:
    month = Month.parse("2026-12")
    assert (month.first, str(month.next)) == ("2026-12-01", "2027-01")
    assert month.end == datetime(2027, 1, 1, tzinfo=UTC)
    assert Month.parse("2026-01").next == Month(2026, 2)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-1", "0000-01", "9999-01", "\uff12026-01"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        Month.parse(text)


def test_who_has_reached_a_limit_is_told_which_and_until_when() -> None:
    message = LimitReachedError(12_500_000, Month.parse("2026-11").end).message
    assert message.startswith(
        "your monthly limit of $12.50 is reached; it resets on 1 December 2026"
    )
