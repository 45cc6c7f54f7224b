"""An agent: a prompt, a model and tools under a name, and what each of them may be."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row

from mosaic_gateway.accounts.passwords import is_encodable
from mosaic_gateway.accounts.users import LONGEST_NAME, parse_name

MODEL_PREFIX = "mosaic/agent/"
LONGEST_PROMPT = 10_000
MOST_TOOLS = 100
LONGEST_TOOL = 64
EVERY_TOOL = "*"
"""Among the names of tools: all of the client's, besides those that are named."""
_OF_TOOLS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True)
class Agent:
    """An agent; `tools` are the names of those that it may use, None for all of the client's.

    The gateway's own (`tools.py`) it uses only where they are named; `*` is all of the client's.

    `model` is what a question may ask for: `mosaic`, which chooses by the question, a task of it
    such as `mosaic/research`, or a model of a provider. One that is shared is everybody's.
    """

    id: str
    name: str
    prompt: str
    model: str
    tools: tuple[str, ...] | None
    is_shared: bool
    created_at: datetime
    updated_at: datetime

    @property
    def model_name(self) -> str:
        """What clients that know models only ask for."""
        return f"{MODEL_PREFIX}{self.name}"


def parse_agent_name(text: str) -> str:
    """Trim it; raises ValueError when nothing printable is left, or too much."""
    name = parse_name(text)
    # As it is compared, it may be longer than what was typed.
    if len(name_key(name)) > LONGEST_NAME:
        raise ValueError(f"expected 1 to {LONGEST_NAME} printable characters")
    return name


def parse_prompt(text: str) -> str:
    """Raises ValueError for none, for too long a one, and for what no database keeps."""
    if not text.strip():
        raise ValueError("a prompt cannot be empty")
    if len(text) > LONGEST_PROMPT:
        raise ValueError(f"a prompt has at most {LONGEST_PROMPT} characters, not {len(text)}")
    if "\0" in text or not is_encodable(text):
        raise ValueError("a prompt cannot contain NUL or half a character (a lone surrogate)")
    return text


def parse_tools(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once; raises ValueError for what cannot be the name of a tool, and for too many."""
    found = tuple(dict.fromkeys(names))
    if len(found) > MOST_TOOLS:
        raise ValueError(f"at most {MOST_TOOLS} tools can be listed")
    if all(map(_is_tool, found)):
        return found
    raise ValueError(
        f"the name of a tool has 1 to {LONGEST_TOOL} letters, digits, hyphens and underscores"
    )


def _is_tool(name: str) -> bool:
    return name == EVERY_TOOL or (0 < len(name) <= LONGEST_TOOL and set(name) <= _OF_TOOLS)


def name_key(name: str) -> str:
    """The name as it is compared: without case, and however its letters are encoded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).lower())


def agent_in(row: Row[*tuple[object, ...]]) -> Agent:
    """A row of the table of agents."""
    return Agent(
        id=row.id,
        name=row.name,
        prompt=row.prompt,
        model=row.model,
        tools=None if row.tools is None else tuple(json.loads(row.tools)),
        is_shared=row.user_id is None,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
