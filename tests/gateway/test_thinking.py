"""How much a model is to think: said in every dialect, and no more than there is room for."""

import asyncio
from typing import Any

import pytest
from tests.gateway.chats import HI, KEY, PATHS, standing_in
from tests.standins.server import Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.http.openai.questions import question_in
from mosaic_gateway.http.openai.wire import ChatRequest
from mosaic_gateway.models.messages import Message, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.models.thinking import BUDGETS, affordable

ENABLED = {"type": "enabled", "budget_tokens": BUDGETS["low"]}


@pytest.mark.unit
def test_the_effort_of_a_chat_completion_is_passed_on() -> None:
    def thinking(**more: str) -> object:
        asked = ChatRequest.model_validate({"model": "mosaic", "messages": HI, **more})
        return question_in(asked).wish.thinking

    assert thinking() is None
    assert thinking(reasoning_effort="none") is False
    assert thinking(reasoning_effort="xhigh") == "xhigh"
    with pytest.raises(ValueError, match="reasoning_effort"):
        thinking(reasoning_effort="a lot")


@pytest.mark.call
@pytest.mark.parametrize(
    ("name", "model", "field", "low", "none"),
    [
        ("anthropic", "claude-haiku-4-5", "thinking", ENABLED, None),
        ("anthropic", "claude-opus-5-5", "output_config", {"effort": "low"}, {"effort": "low"}),
        ("openai", "gpt-5", "reasoning", {"effort": "low"}, {"effort": "minimal"}),
        ("openai", "gpt-4.1", "reasoning", None, None),
        ("openrouter", "a-vendor/a-model", "reasoning", {"effort": "low", "enabled": True},
         {"effort": "none"}),
        ("zai", "glm-5.3", "reasoning_effort", "low", "low"),
        ("ollama", "qwen3:8b", "reasoning_effort", None, None),
    ],
)  # fmt: skip
def test_each_provider_is_told_as_it_wants_it(
    name: str, model: str, field: str, low: object, none: object
) -> None:
    with standing_in(lambda _: Told(status=503, body={"error": {"message": "!"}})) as service:
        config = ProviderConfig(name, service.url + PATHS[name], (model, model, model), KEY)
        for wish in (Wish(thinking="low"), Wish(thinking=False)):
            with pytest.raises(ModelError, match="overloaded"):
                asyncio.run(answer(config, model, wish))
        told: list[Any] = [each.body.get(field) for each in service.asked]
    assert told == [low, none]


async def answer(config: ProviderConfig, model: str, wish: Wish) -> None:
    hi = [Message("user", ("Hi",))]
    async for _ in Models([config]).stream(config.name, model, hi, wish):
        pass


@pytest.mark.unit
@pytest.mark.parametrize(
    ("wanted", "most", "found"),
    [
        ("low", None, "low"),
        ("low", 2049, "low"),
        ("low", 2048, "minimal"),
        ("max", 32_769, "max"),
        ("max", 32_768, "high"),
        ("high", 1024, None),
        (True, 10_000, "low"),
        (True, 10_001, True),
        (False, 1, False),
        (None, 1, None),
    ],
)
def test_no_more_is_thought_than_leaves_room_for_an_answer(
    wanted: Any, most: int | None, found: object
) -> None:
    assert affordable(Wish(thinking=wanted, max_tokens=most)).thinking == found
