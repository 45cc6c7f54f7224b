"""Keys as people paste them, and the providers that they look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic_installer.core.questionnaire.pasted import (
    LONGEST_KEY,
    bare_key,
    parse_key,
    parse_provider_key,
    proposed_provider,
)
from mosaic_installer.core.secret import Secret

pytestmark = pytest.mark.unit

KEY = "sk-ant-api03-Ab_c-D9"
PASTED = [
    KEY,
    f"  {KEY}\n",
    f"\n\n\t{KEY}\r\n",
    f'"{KEY}"',
    f"'{KEY}'",
    f"“{KEY}”",
    f"`{KEY}`",
    f"export ANTHROPIC_API_KEY={KEY}",
    f'export ANTHROPIC_API_KEY="{KEY}"\n',
    f"ANTHROPIC_API_KEY = '{KEY}'",
    f'$env:ANTHROPIC_API_KEY = "{KEY}"',
    f"set ANTHROPIC_API_KEY={KEY}",
    f'  "ANTHROPIC_API_KEY={KEY}"',
    f"Bearer {KEY}",
    f"Authorization: Bearer {KEY}",
    f"\ufeff{KEY}\u200b",
    f'"{KEY}";',
]


@pytest.mark.parametrize("text", PASTED)
def test_a_key_is_found_in_what_was_copied_with_it(text: str) -> None:
    assert parse_key(text) == Secret(KEY)


@pytest.mark.parametrize(
    "key", ["c2VjcmV0LWtleQ==", "QUJD_REVG==", "12345:AAE-x_y", "a=bc", "sk-a,b"]
)
def test_a_key_with_signs_in_it_stays_whole(key: str) -> None:
    assert parse_key(key) == Secret(key)


@given(st.from_regex(r"[!-~]{1,80}", fullmatch=True))
def test_taking_apart_twice_changes_nothing(text: str) -> None:
    assert bare_key(bare_key(text)) == bare_key(text)


def test_the_longest_key_is_accepted() -> None:
    assert len(parse_key("k" * LONGEST_KEY)) == LONGEST_KEY


@pytest.mark.parametrize("text", ["sk-one two", "sk-ant-..." + "x" * 20, "k" * 8192])
def test_a_refusal_does_not_repeat_the_key(text: str) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        parse_key(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("sk-ant-oat01-abc", "`sk-ant-api`"),
        ("export ANTHROPIC_API_KEY=sk-ant-admin01-abc", "`sk-ant-api`"),
        ("sk-admin-abc", "`sk-proj-`"),
    ],
)
def test_what_is_no_api_key_is_named_for_what_it_is(key: str, wanted: str) -> None:
    with pytest.raises(ValueError, match="this is") as refused:
        parse_provider_key(key)
    assert wanted in str(refused.value)
    assert "abc" not in str(refused.value)
    assert parse_key(key)


@pytest.mark.parametrize(
    ("key", "provider"),
    [
        ("sk-ant-api03-abc", "anthropic"),
        ("sk-or-v1-abc", "openrouter"),
        ("sk-proj-abc", "openai"),
        ("sk-abc", "openai"),
        ("export OPENAI_API_KEY=sk-svcacct-abc", "openai"),
        ("0123456789abcdef0123456789abcdef.0123456789abcdef", "zai"),
        ("hunter2", None),
        ("", None),
    ],
)
def test_a_prefix_proposes_a_provider(key: str, provider: str | None) -> None:
    assert proposed_provider(key) == provider
