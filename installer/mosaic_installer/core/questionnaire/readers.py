"""Who reads what is answered: the embedded gateway learns it piece by piece, an image may know it.

When the embedded gateway has learnt something, it leaves UNREAD, and all else follows: what is
asked, what a help says, and what is noted when it is given all the same.
"""

from collections.abc import Mapping

UNREAD = frozenset({"channels", "sign_on"})
"""Tables of answers.toml, and single settings, of which the embedded gateway makes nothing yet."""
NOT_YET = "Not used by the embedded gateway yet, only by a `gateway.image` that knows it."
IMAGE = "gateway.image"


def unread(key: str) -> str | None:
    """Return what of UNREAD a setting is or belongs to; None where the embedded gateway uses it."""
    return next((name for name in (key, key.partition(".")[0]) if name in UNREAD), None)


def is_read(table: str, answers: Mapping[str, object]) -> bool:
    """Return whether the gateway of these settled `answers`, by key, uses a table or a setting."""
    return table not in UNREAD or answers[IMAGE] is not None
