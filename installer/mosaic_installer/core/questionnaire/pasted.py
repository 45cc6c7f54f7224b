"""Keys as people paste them: with blanks, quotes, or the whole line of a shell around them."""

import re

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.kinds import Kind
from mosaic_installer.core.secret import Secret

SHORTEST_KEY = 4
LONGEST_KEY = 4000
"""Less than a terminal's longest line, 4095: what it cut there is no key (termios(3))."""
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "\u2018": "\u2019", "«": "»"}
# A name without an underscore may be the first half of a key.
# Compiled where a key is pasted: most runs see none.
ASSIGNMENT = r"(?:(?:export\s+|set\s+|\$env:)\w+|[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*)\s*=\s*(.*)"
SCHEME = r"(?i:(?:Authorization:\s*)?(?:Bearer|Bot)\s+(.*))"
ZAI_KEY = r"[0-9a-f]{32}\.[A-Za-z0-9]{16}"
PREFIXES = {
    # The longest first: what every one of them begins with says the least.
    "sk-ant-": "anthropic",
    "sk-or-": "openrouter",
    "sk-": "openai",
}

NO_API_KEYS = {
    # https://code.claude.com/docs/en/authentication
    "sk-ant-oat": "this is the sign-in token of a Claude subscription, for Claude Code only; an "
    "Anthropic API key begins with `sk-ant-api`",
    # https://docs.claude.com/en/api/administration-api
    "sk-ant-admin": "this is an admin key, which manages an organization and may use no model; an "
    "Anthropic API key begins with `sk-ant-api`",
    # https://developers.openai.com/api/reference/administration
    "sk-admin-": "this is an admin key, which manages an organization and may use no model; an "
    "OpenAI project's API key begins with `sk-proj-`",
}
"""What is wanted in place of keys that a provider's models take from nobody, by their beginning."""


def parse_key(text: str) -> Secret:
    """Accept a key, a token or a client secret; never says anything of the text itself."""
    key = bare_key(text)
    if not key:
        raise ValueError("a key must not be empty; `none` removes one")
    if len(key) < SHORTEST_KEY:
        raise ValueError("this is too short for a key; copy it where it is shown in full")
    if len(key) > LONGEST_KEY:
        raise ValueError(f"a key has at most {LONGEST_KEY} characters; this is more than a key")
    if "***" in key or "..." in key or "…" in key:
        raise ValueError("this key is shortened or masked; copy it where it is shown in full")
    if not re.fullmatch(r"[!-~]+", key):
        raise ValueError("a key is one word of plain letters, digits and signs")
    return Secret(key)


def parse_provider_key(text: str) -> Secret:
    """Accept the key of a model provider; one that is known to be something else is named."""
    key = parse_key(text)
    for start, sentence in NO_API_KEYS.items():
        if key.reveal().startswith(start):
            raise ValueError(sentence)
    return key


KEY = Kind(
    parse=parse_key,
    examples=("sk-example-0123456789",),
    accepts=f"One word of {SHORTEST_KEY} to {LONGEST_KEY} characters.",
    is_secret=True,
)
PROVIDER_KEY = replace(KEY, parse=parse_provider_key)


def bare_key(text: str) -> str:
    """Return the key without what was copied along with it."""
    previous, key = "", text.strip().strip(INVISIBLE).strip()
    while key != previous:
        previous, key = key, _unwrapped(key)
    return key


def proposed_provider(key: str) -> str | None:
    """Return the provider that a key looks like one of, None when it says nothing.

    Only a proposal: gateways and proxies hand out keys of any form, so a live call decides.
    """
    bare = bare_key(key)
    if re.fullmatch(ZAI_KEY, bare):
        return "zai"
    return next((name for prefix, name in PREFIXES.items() if bare.startswith(prefix)), None)


def _unwrapped(key: str) -> str:
    for pattern in (ASSIGNMENT, SCHEME):
        found = re.fullmatch(pattern, key)
        # A key that ends in `=` is no assignment.
        if found and found[1].strip("= "):
            return found[1].strip()
    if len(key) >= 2 and QUOTES.get(key[0]) == key[-1]:
        return key[1:-1].strip()
    return key.rstrip(";,").strip() if key[:1] in QUOTES else key
