"""What a server of the user's own says when it refuses us: made short, and with a hint."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from mosaic_installer.core.facts.servers import Server
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret

SECONDS = 5
CREDENTIALS = "correct the user and the password in the address; special characters as %XX"
UNREACHABLE = "start that server, or correct the address"
OPTIONS = "correct what stands behind the `?` of the address"


@frozen(kw_only=False)
class Refusal:
    """What to tell where the server's words contain `words`; without `problem`, those words."""

    words: str
    hint: str
    problem: str = ""


def refused(text: str, url: Secret, known: Sequence[Refusal]) -> Server:
    """Return what is wrong; the first that is known of the refusal counts."""
    text = _reason(text, url)
    for refusal in known:
        if refusal.words in text:
            problem = f"{refusal.problem}: {text}" if refusal.problem else text
            return Server(problem=problem, hint=refusal.hint)
    return Server(problem=text, hint=UNREACHABLE)


def _reason(text: str, url: Secret) -> str:
    lines = [line.strip(" -\t") for line in text.splitlines() if line.strip()]
    # The reason stands behind the address; PostgreSQL's library asks a question below it.
    reasons = [line for line in lines if "failed: " in line] or lines or ["it does not answer"]
    reason = reasons[0].rpartition("failed: ")[2].removeprefix("connection is bad: ")
    quoted = urlsplit(url.reveal()).password or ""
    for password in {quoted, unquote(quoted)} - {""}:
        reason = reason.replace(password, "…")
    # Without the line of OpenSSL's source that said so.
    return reason.removeprefix("FATAL:").partition(" (_ssl.c")[0].strip(" .")
