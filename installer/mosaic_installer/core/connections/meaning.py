"""What an answer of a provider means, as a table: the first row that fits decides.

A status alone says too little: what one provider answers for a wrong key, another does for an
empty account. Each row names where its provider says so.
"""

import re
from collections.abc import Container
from typing import Any, Literal

from mosaic_installer.core.connections.call import Reply
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.frozen import frozen

Meaning = Literal[
    "right",
    "hidden list",
    "refused",
    "no credit",
    "too many calls",
    "no credit, or too many calls",
    "blocked account",
    "no model",
    "unexpected",
]
REFUSALS = frozenset({401, 403})
ANY = range(100, 600)


@frozen
class Row:
    """Answers that mean the same: those that fit everything which is given here."""

    means: Meaning
    of: str = ""
    """The provider that says so; empty: any."""
    statuses: Container[int] = ANY
    codes: Container[int] | None = None
    """Codes of its own, in the body of the answer."""
    words: str = ""
    """A regular expression to be found in its sentence, in any case."""

    def fits(self, name: str, status: int, code: int | None, sentence: str) -> bool:
        """Return whether an answer of the service `name` belongs to this row."""
        return (
            self.of in {"", name}
            and status in self.statuses
            and (self.codes is None or code in self.codes)
            and re.search(self.words, sentence, re.IGNORECASE) is not None
        )


ROWS = (
    # A restricted key may chat without the permission to list models:
    # https://help.openai.com/en/articles/8867743-assign-api-key-permissions
    Row(
        of="openai",
        statuses=REFUSALS,
        words=r"missing scopes?:[^.]*api\.model\.read",
        means="hidden list",
    ),
    # The cap of one key; an empty account is a 402. https://openrouter.ai/docs/api-reference/limits
    Row(of="openrouter", statuses={403}, words="key limit exceeded", means="no credit"),
    # A limit that the customer set: https://docs.claude.com/en/api/rate-limits#spend-limits
    Row(of="anthropic", statuses={400}, words="usage limits|credit balance", means="no credit"),
    # https://docs.z.ai/api-reference/api-code, and its longer form
    # https://docs.bigmodel.cn/cn/api/api-code; the status beside a code may be any, also 200.
    Row(of="zai", codes={*range(1000, 1005), 401}, means="refused"),
    Row(of="zai", codes={1113, 1309}, means="no credit"),
    Row(of="zai", codes=range(1110, 1122), means="blocked account"),
    Row(of="zai", codes={1211, 1311}, means="no model"),
    Row(of="zai", codes={1220}, means="refused"),
    Row(of="zai", statuses={434}, means="refused"),
    Row(of="zai", codes={*range(1302, 1306), 1308, 1310, 1312, 1313}, means="too many calls"),
    Row(of="zai", statuses={200}, codes=range(1, 10**6), means="unexpected"),
    Row(statuses=REFUSALS, means="refused"),
    Row(statuses={200}, means="right"),
    Row(statuses={402, 429}, means="no credit, or too many calls"),
    Row(words="credit balance|insufficient (balance|quota|credit)", means="no credit"),
)


def meaning_of(endpoint: Endpoint, reply: Reply) -> Meaning:
    """Return what a service says with an answer that is neither a web page nor a redirect."""
    found = (endpoint.name, reply.status, code_in(reply.body), error_in(reply.body))
    return next((row.means for row in ROWS if row.fits(*found)), "unexpected")


def status_of(reply: Reply) -> int:
    """Return the status, also one that stands in the body of a 200 (as Z.AI does)."""
    code = code_in(reply.body)
    return code if code is not None and reply.status == 200 and code in ANY else reply.status


def code_in(body: Any) -> int | None:
    """Return the number that an error is known by at its service; None: it has none."""
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    if not isinstance(error, dict):
        error = body if body.get("success") is False else {}
    code = str(error.get("code", ""))
    return int(code) if code.isdecimal() and len(code) <= 6 else None


def error_in(body: Any) -> str:
    """Return the sentence of an error, in the service's own words."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error_description") or body.get("error", body)
    if isinstance(error, dict):
        error = error.get("message") or error.get("description") or error.get("msg") or ""
    return str(error)
