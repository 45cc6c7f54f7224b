"""The list of models in the shape that clients of Anthropic's API know.

https://platform.claude.com/docs/en/api/models-list
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mosaic_gateway.http.bad_request import BadRequestError

HEADER = "anthropic-version"
"""Whoever sends it expects this shape, at a path that two APIs have."""
MOST, USUAL_MOST = 1000, 20
UNKNOWN = "1970-01-01T00:00:00Z"
"""When a model appeared: the value that Anthropic has where nobody knows."""


def page(rows: Sequence[Mapping[str, Any]], asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the part of the list that the parameters of a request name.

    That is `limit` of them, after the one named `after_id`, or before `before_id`. Raises
    BadRequestError.
    """
    names, limit = [row["id"] for row in rows], _limit(asked.get("limit", str(USUAL_MOST)))
    first, last = 0, len(names)
    if "after_id" in asked:
        first = _place(names, asked, "after_id") + 1
    if "before_id" in asked:
        last = _place(names, asked, "before_id")
    inside = rows[first:last]
    # Before a name are those that stand next to it.
    is_backwards = "before_id" in asked and "after_id" not in asked
    found = inside[-limit:] if is_backwards else inside[:limit]
    return {
        "data": list(found),
        "has_more": len(found) < len(inside),
        "first_id": found[0]["id"] if found else None,
        "last_id": found[-1]["id"] if found else None,
    }


def model(name: str, tokens: int | None = None) -> dict[str, Any]:
    """Return a row of the list; `tokens` is the most that it reads, where that is known."""
    return {
        "type": "model",
        "id": name,
        "display_name": name,
        "created_at": UNKNOWN,
        "lifecycle": "active",
        "max_input_tokens": tokens,
        "max_tokens": None,
    }


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise BadRequestError(f"a number from 1 to {MOST} is expected", "limit")
    return int(text)


def _place(names: Sequence[str], asked: Mapping[str, str], parameter: str) -> int:
    if asked[parameter] not in names:
        raise BadRequestError("no model of the list has this name", parameter)
    return names.index(asked[parameter])
