"""A real model behind the gateway, in the three dialects that its server speaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from anthropic import Anthropic
from openai import OpenAI
from tests.gateway.chats import openai_client, providers, start
from tests.gateway.conftest import NewHome
from tests.gateway.process import DEADLINE
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


@pytest.mark.parametrize("name", ["anthropic", "openai", "ollama"])
@pytest.mark.sampled(1)
def test_it_answers_by_the_other_surfaces_and_counts_what_it_read(
    client: OpenAI, name: str
) -> None:
    more: Any = {"model": f"{name}/any"}
    with client.responses.stream(input="Tell me a story.", max_output_tokens=FEW, **more) as stream:
        kinds = [event.type for event in stream]
    assert kinds[-1] in {"response.completed", "response.incomplete"}
    assert kinds.count("response.output_text.delta") > 1
    whole = client.responses.create(input="Tell me a story.", max_output_tokens=FEW, **more)
    assert whole.output_text
    assert whole.usage is not None
    url = str(client.base_url).removesuffix("/v1/")
    with Anthropic(base_url=url, auth_token=client.api_key, timeout=DEADLINE) as other:
        with other.messages.stream(
            messages=[{"role": "user", "content": "Tell me a story."}], max_tokens=FEW, **more
        ) as told:
            assert len(list(told.text_stream)) > 1
        usage = told.get_final_message().usage
    assert 1 < usage.output_tokens <= FEW
    # Some of it may have come out of the cache, since it was asked before.
    assert usage.input_tokens + (usage.cache_read_input_tokens or 0) == whole.usage.input_tokens
