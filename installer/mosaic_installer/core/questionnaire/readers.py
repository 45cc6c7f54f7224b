"""Who reads what is answered: the embedded gateway learns it table by table, an image may know it.

When the embedded gateway has learnt something, its table leaves UNREAD, and all else follows: what
is asked, what a help says, and what is noted when it is given all the same.
"""

from collections.abc import Mapping

UNREAD = frozenset({"providers", "agent", "channels", "sign_on", "telemetry"})
"""The tables of answers.toml of which the embedded gateway makes nothing yet."""
OFFERED = frozenset({"providers", "agent"})
"""What is offered all the same: the chat that comes next begins with it."""
NOT_YET = "Not used by the embedded gateway yet, only by a `gateway.image` that knows it."
IMAGE = "gateway.image"


def is_read(table: str, answers: Mapping[str, object]) -> bool:
    """Return whether the gateway of these settled `answers`, by key, uses a table of settings."""
    return table not in UNREAD or answers[IMAGE] is not None


def is_offered(table: str, answers: Mapping[str, object]) -> bool:
    """Return whether a person who looks for nothing in particular is shown a table."""
    return table in OFFERED or is_read(table, answers)
