"""What kind of task a message is taken for, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic_gateway.routing.tasks import LOOKED_AT, read

pytestmark = pytest.mark.unit

PASTED = "Some notes of a meeting that went on for hours. " * 200
PROMPTS = [
    ("Refactor this module so that both services share one client.", "complex-coding"),
    ("```python\nprint(x)\n```\nWhy does this deadlock under load?", "complex-coding"),
    ("Design the architecture of a database in Rust.", "complex-coding"),
    ("Write a Python function that merges two sorted arrays.", "moderate-coding"),
    ("Traceback (most recent call last):\n  File x\nKeyError: 'a'", "moderate-coding"),
    ("Please fix the bug in src/app/main.py", "moderate-coding"),
    ("Fix the typo in this docstring of utils.py", "simple-coding"),
    ("What is the syntax for an array in Bash?", "simple-coding"),
    ("Summarise this for me: ```\ndef f(): ...\n```", "summarization"),
    ("TL;DR please", "summarization"),
    (f"{PASTED}\nWhat are the key takeaways?", "summarization"),
    ("Compare the evidence for and against a four-day week.", "research"),
    ("Research how cities price parking, with sources.", "research"),
    ("What is the capital of Australia?", "cheap"),
    ("how many ounces are in a pound?", "cheap"),
    ("Why is the sky blue?", "conversation"),
    ("I had a long day, tell me a story about a fox.", "conversation"),
    ("Evaluate the function f(x) = 3x + 2 at x = 4.", "conversation"),
    ("Return the three cities of this text as JSON.", "conversation"),
    ("", "conversation"),
]


@pytest.mark.parametrize(("text", "task"), PROMPTS)
def test_a_message_is_taken_for_a_task(text: str, task: str) -> None:
    assert read(text).task == task


def test_the_reason_names_what_was_seen() -> None:
    reading = read("```\nf(x)\n```\nRefactor it.")
    assert reading.reason == "a code block and `refactor`"
    assert reading.is_sure


def test_a_message_without_a_sign_leaves_it_to_the_conversation() -> None:
    assert not read("And then?").is_sure


def test_words_in_a_code_block_are_nobodys_wish() -> None:
    assert read("```\n# summary: research\n```\nRename it.").task == "simple-coding"


def test_only_both_ends_of_a_long_message_are_looked_at() -> None:
    padding = "word " * LOOKED_AT
    assert read(f"{padding} refactor this {padding}").task == "conversation"
    assert read(f"Refactor this: {padding}").task == "complex-coding"
    assert read(f"{padding} refactor this").task == "complex-coding"


@given(st.text(max_size=300))
def test_whatever_is_written_is_some_task_with_a_reason(text: str) -> None:
    reading = read(text)
    assert reading == read(text)
    assert reading.reason
