"""A real model behind the gateway, in the three dialects that its server speaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI
from tests.gateway.chats import openai_client, providers, start
from tests.gateway.conftest import NewHome
from tests.standins.model import is_installed, real_model

pytestmark = pytest.mark.gateway

FEW = 6


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[OpenAI]:
    if not is_installed():
        pytest.skip("the real model is missing; `scripts/test-model` installs it")
    with real_model() as url, new_home(tmp_path_factory.mktemp("real")) as home:
        start(home, providers(url, "anthropic", "openai", "ollama"))
        with openai_client(home, home.set_up()) as client:
            yield client


HISTORY: list[Any] = [
    {"role": "system", "content": "You are brief."},
    {"role": "user", "content": "My name is Ada. Hello!"},
    {"role": "assistant", "content": "Hello, Ada!"},
    {"role": "user", "content": "Tell me a story."},
]


@pytest.mark.parametrize("name", ["anthropic", "openai", "ollama"])
def test_it_answers_piece_by_piece_and_its_history_is_told(client: OpenAI, name: str) -> None:
    # Of responses, its server takes no earlier answers in the short form.
    messages = [each for each in HISTORY if name != "openai" or each["role"] != "assistant"]
    asked = client.chat.completions.create(
        model=f"{name}/any",
        messages=messages,
        max_tokens=FEW,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    *pieces, usage = list(asked)
    said = [each.choices[0].delta.content for each in pieces if each.choices[0].delta.content]
    assert len(said) > 1
    assert pieces[-1].choices[0].finish_reason in {"stop", "length"}
    assert usage.usage is not None
    assert 1 < usage.usage.completion_tokens <= FEW
    # All of it was read: the last message alone has fewer tokens.
    assert usage.usage.prompt_tokens > 30
