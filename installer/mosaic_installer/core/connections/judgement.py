"""Judge what a service answered: which of the five results it is, and how to say so."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from mosaic_installer.core.connections.call import Lost, Reply
from mosaic_installer.core.connections.dialects import is_right, models_in
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.secret import REDACTED, scrub

LONGEST_QUOTE = 160
KEY = re.compile(r"\b(?:sk-|\d+:)[\w*-]{4,}|\S*\*\*\S*")
"""What looks like a key, whole or half hidden."""
NO_CREDIT = re.compile(r"credit balance|insufficient (?:balance|quota|credit)", re.IGNORECASE)
SHORT = re.compile(r"output limit was reached|max_(?:completion_)?tokens", re.IGNORECASE)


def accepted(endpoint: Endpoint, replies: Iterable[Reply] = ()) -> Verdict:
    """Return the verdict of a service that answered everything well."""
    models = tuple(name for reply in replies for name in models_in(reply.body))
    # A server of one's own may have none at all.
    wanted = dict.fromkeys(endpoint.models) if models or endpoint.name == "ollama" else {}
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="accepted",
        message=f"{len(models)} models" if models else "it answers",
        models=models,
        missing_models=tuple(name for name in wanted if not _is_listed(name, models)),
    )


def judge(endpoint: Endpoint, answer: Reply | Lost) -> Verdict | None:
    """Return what an answer to one of `calls_to` means; None: it is as it should be."""
    if isinstance(answer, Lost):
        return _unreachable(endpoint, answer)
    verdict = _by_status(endpoint, answer)
    if verdict is not None:
        return verdict
    if not is_right(endpoint, answer.body):
        return _unexpected(endpoint, "with something else than it should")
    if endpoint.kind == "sign-on" and answer.body["issuer"] != endpoint.url:
        return _other_issuer(endpoint, answer.body["issuer"])
    if endpoint.name == "openrouter" and _is_spent(answer.body["data"]):
        return _no_credit(endpoint, answer)
    return None


def judge_completion(endpoint: Endpoint, answer: Reply | Lost) -> Verdict | None:
    """Return what the answer to a completion means; None: there is one."""
    if isinstance(answer, Lost):
        return _unreachable(endpoint, answer)
    if answer.status == 400 and SHORT.search(_error_in(answer.body)):
        return None  # it thought for longer than we let it speak
    if answer.status == 404:
        return Verdict(
            name=endpoint.name,
            kind=endpoint.kind,
            result="unexpected",
            message=f"{endpoint.title} has no model `{endpoint.models[-1]}` for this key",
            hint=f"set providers.{endpoint.name}_small_model to one that it has",
        )
    return _by_status(endpoint, answer)


def _by_status(endpoint: Endpoint, reply: Reply) -> Verdict | None:
    status = _status_of(reply)
    if reply.leads_to:
        return _unexpected(endpoint, f"with a redirect to `{reply.leads_to}`")
    if reply.content == "text/html":
        return _unexpected(endpoint, f"with a web page (status {status})")
    if status in {401, 403} or (status == 404 and _hides(endpoint)):
        return _refused(endpoint, _quoted(endpoint, reply) if status == 403 else "")
    if status == 200:
        return None
    if status in {402, 429} or NO_CREDIT.search(_error_in(reply.body)):
        return _no_credit(endpoint, reply)
    return _failed(endpoint, reply, status)


def _hides(endpoint: Endpoint) -> bool:
    """Return whether the service says "not found" of what it does not let us see."""
    return endpoint.name == "telegram" or endpoint.guild is not None


def _failed(endpoint: Endpoint, reply: Reply, status: int) -> Verdict:
    if not 500 <= status < 600:
        return _unexpected(endpoint, f"with status {status}{_quoted(endpoint, reply)}")
    verdict = _unexpected(endpoint, f"with an error of its own (status {status})")
    return replace(verdict, hint="try again later")


def _status_of(reply: Reply) -> int:
    """Return the status, also one that is hidden in the body of a 200 (as Z.AI does)."""
    if isinstance(reply.body, dict) and reply.body.get("success") is False:
        code = str(reply.body.get("code", ""))
        return int(code) if code.isdigit() else reply.status
    return reply.status


def _refused(endpoint: Endpoint, why: str) -> Verdict:
    if endpoint.guild and endpoint.name == "discord":
        hint = f"check {endpoint.key}, and that the bot is invited to {endpoint.guild}"
    elif endpoint.key:
        hint = f"give another one as {endpoint.key}, or `none` to go without {endpoint.title}"
    else:
        hint = f"check what {endpoint.address} names, and whom it lets in"
    what = "the key" if endpoint.kind == "provider" else "the token"
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="refused",
        message=f"{endpoint.title} refused {what if endpoint.key else 'the call'}{why}",
        hint=hint,
    )


def _no_credit(endpoint: Endpoint, reply: Reply) -> Verdict:
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="no-credit",
        message=f"{endpoint.title} knows the key, but gives nothing for it now: no credit, or too "
        f"many calls{_quoted(endpoint, reply)}",
        hint=f"look at your account with {endpoint.title}, or try again later",
    )


def _unreachable(endpoint: Endpoint, lost: Lost) -> Verdict:
    parts = urlsplit(endpoint.url)
    host = parts.hostname or endpoint.url
    hints = {
        "dns": f"check {endpoint.address}, and whether this machine can look up names",
        "tls": "name the certificate of your own authority with SSL_CERT_FILE, or check "
        f"{endpoint.address}",
        "proxy": f"check HTTPS_PROXY, or spare the proxy with `NO_PROXY={host}`",
        "timeout": "try again later; behind a firewall, HTTPS_PROXY names the proxy",
        "connection": f"check {endpoint.address}, and whether the service runs",
    }
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="unreachable",
        message=f"{endpoint.title} cannot be reached at `{host}`: {lost.reason}",
        hint=hints[lost.cause],
        cause=lost.cause,
    )


def _unexpected(endpoint: Endpoint, how: str) -> Verdict:
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="unexpected",
        message=f"`{endpoint.url}` does not answer as {endpoint.title} does, but {how}",
        hint=f"check {endpoint.address}",
    )


def _other_issuer(endpoint: Endpoint, issuer: object) -> Verdict:
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="unexpected",
        message=f"`{endpoint.url}` calls itself `{_one_line(str(issuer))}`",
        hint=f"set {endpoint.address} to exactly that, if it is yours",
    )


def _is_spent(key: Any) -> bool:
    left = key.get("limit_remaining") if isinstance(key, dict) else None
    return isinstance(left, int | float) and left <= 0


def _quoted(endpoint: Endpoint, reply: Reply) -> str:
    said = _one_line(_error_in(reply.body))
    said = KEY.sub(REDACTED, scrub(said, [endpoint.secret] if endpoint.secret else []))
    return f": {said[:LONGEST_QUOTE]}" if said else ""


def _error_in(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    error = body.get("error", body)
    if isinstance(error, dict):
        error = error.get("message") or error.get("description") or error.get("msg") or ""
    return str(error)


def _one_line(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())


def _is_listed(name: str, models: tuple[str, ...]) -> bool:
    # Anthropic lists `claude-sonnet-4-5-20250929`, and takes `claude-sonnet-4-5` as well.
    return any(model == name or model.startswith(f"{name}-20") for model in models)
