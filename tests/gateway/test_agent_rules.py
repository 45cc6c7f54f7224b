"""What an agent and its turn may be, without a gateway."""

import pytest

from mosaic_gateway.agents.agent import (
    LONGEST_PROMPT,
    name_key,
    parse_agent_name,
    parse_prompt,
    parse_tools,
)
from mosaic_gateway.models.messages import Tool, Wish

pytestmark = pytest.mark.unit


def test_names_are_compared_without_case_and_spelling() -> None:
    assert parse_agent_name("  Mason ") == "Mason"
    spellings = ("MÜLLER", "m\N{LATIN SMALL LETTER U}\N{COMBINING DIAERESIS}ller", " müller ")
    assert {name_key(each) for each in spellings} == {"müller"}


@pytest.mark.parametrize("text", ["", " ", "x" * (LONGEST_PROMPT + 1), "a\0", "\ud800"])
def test_what_no_prompt_can_be(text: str) -> None:
    with pytest.raises(ValueError, match="prompt"):
        parse_prompt(text)


def test_tools_are_named_once() -> None:
    assert parse_tools(["b", "a", "b"]) == ("b", "a")
    with pytest.raises(ValueError, match="letters"):
        parse_tools(["a", "ü"])


def test_a_wish_keeps_to_the_tools_of_an_agent() -> None:
    wish = Wish(tools=(Tool("a"), Tool("b")), tool_choice=("b",))
    assert wish.only({"b"}).tool_choice == ("b",)
    assert wish.only({"a"}) == Wish(tools=(Tool("a"),))
    assert wish.only(()) == Wish()
