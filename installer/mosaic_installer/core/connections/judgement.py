"""Judge what a service answered: which of the five results it is, and how to say so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from mosaic_installer.core.connections.call import Lost, Reply
from mosaic_installer.core.connections.dialects import is_completion, is_right
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.meaning import Meaning, error_in, meaning_of, status_of
from mosaic_installer.core.connections.models import endings_in, is_alias, is_listed, models_in
from mosaic_installer.core.connections.verdict import Result, Verdict
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.telemetry import headers_in
from mosaic_installer.core.secret import REDACTED, Secret, scrub

LONGEST_QUOTE = 160
KEY = re.compile(r"\b(?:sk-|\d+:)[\w*-]{4,}|\S*\*\*\S*")
"""What looks like a key, whole or half hidden."""
SHORT = re.compile(r"output limit was reached|max_(?:completion_)?tokens", re.IGNORECASE)
CODING_PLAN = "https://api.z.ai/api/coding/paas/v4"
"""Where keys of the GLM Coding Plan work: https://docs.z.ai/devpack/quick-start."""
AUTHKIT = "https://<subdomain>.authkit.app"
"""WorkOS' issuer: https://workos.com/docs/reference/workos-connect/metadata."""


def accepted(endpoint: Endpoint, replies: Iterable[Reply] = (), note: str = "") -> Verdict:
    """Return the verdict of a service that answered everything well."""
    bodies = [reply.body for reply in replies]
    models = tuple(name for body in bodies for name in models_in(body))
    endings = {name: day for body in bodies for name, day in endings_in(body).items()}
    wanted = tuple(dict.fromkeys(endpoint.models))
    missing = _missing(endpoint, wanted, models)
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="accepted",
        message=_counted(models) + note,
        models=models,
        missing_models=missing,
        ending_models=tuple((name, endings[name]) for name in wanted if name in endings),
    )


def judge(endpoint: Endpoint, answer: Reply | Lost) -> Verdict | Reply:
    """Return the answer to one of `calls_to` if it is as it should be, or what is wrong with it."""
    if isinstance(answer, Lost):
        return unreachable(endpoint, answer)
    if meaning_of(endpoint, answer) == "hidden list":
        return answer
    return _by_meaning(endpoint, answer) or _by_content(endpoint, answer) or answer


def judge_completion(endpoint: Endpoint, answer: Reply | Lost) -> Verdict | None:
    """Return what the answer to a completion means; None: there is one."""
    if isinstance(answer, Lost):
        return unreachable(endpoint, answer)
    if answer.status == 400 and SHORT.search(error_in(answer.body)):
        return None  # it thought for longer than we let it speak
    if answer.status == 404 or meaning_of(endpoint, answer) == "no model":
        return Verdict(
            name=endpoint.name,
            kind=endpoint.kind,
            result="unexpected",
            message=f"{endpoint.title} has no model `{endpoint.models[-1]}` for this key",
            hint=f"set providers.{endpoint.name}_small_model to one that it has",
        )
    verdict = _by_meaning(endpoint, answer)
    if verdict is None and not is_completion(endpoint, answer.body):
        return unexpected(endpoint, "with something else than a completion")
    return verdict


def refused(endpoint: Endpoint, why: str = "") -> Verdict:
    """Return the verdict of a service that does not let us in with what it was given."""
    if endpoint.guild and endpoint.name == "discord":
        hint = f"check {endpoint.key}, and that the bot is invited to {endpoint.guild}"
    elif endpoint.key:
        hint = f"give another one as {endpoint.key}, or `none` to go without {endpoint.title}"
    else:
        hint = f"check what {endpoint.address} names, and whom it lets in"
    secrets = {"provider": "the key", "sign-on": "the client id or its secret"}
    what = secrets.get(endpoint.kind, "the token") if endpoint.key else "the call"
    return _verdict(endpoint, "refused", f"{endpoint.title} refused {what}{why}", hint)


def unreachable(endpoint: Endpoint, lost: Lost) -> Verdict:
    """Return the verdict of a service from which there is no answer at all."""
    host = urlsplit(endpoint.url).hostname or endpoint.url
    hints = {
        "dns": f"check {endpoint.address}, and whether this machine can look up names",
        "tls": "name the certificate of your own authority with SSL_CERT_FILE, or check "
        f"{endpoint.address}",
        "proxy": f"check HTTPS_PROXY, or spare the proxy with `NO_PROXY={host}`",
        "timeout": "try again later; behind a firewall, HTTPS_PROXY names the proxy",
        "connection": f"check {endpoint.address}, and whether the service runs",
    }
    message = f"{endpoint.title} cannot be reached at `{host}`: {lost.reason}"
    verdict = _verdict(endpoint, "unreachable", message, hints[lost.cause])
    return replace(verdict, cause=lost.cause)


def unexpected(endpoint: Endpoint, how: str) -> Verdict:
    """Return the verdict of something else, or of a service that is not well."""
    hint = f"check {endpoint.address}"
    if endpoint.name == "workos":
        hint += f"; it is the address of your AuthKit, such as `{AUTHKIT}`"
    message = f"`{endpoint.url}` does not answer as {endpoint.title} does, but {how}"
    return _verdict(endpoint, "unexpected", message, hint)


def quoted(endpoint: Endpoint, reply: Reply) -> str:
    """Return what a service said of an error, on one line and without anything like a key."""
    said = _one_line(error_in(reply.body))
    said = KEY.sub(REDACTED, scrub(said, list(_secrets_of(endpoint))))
    return f": {said[:LONGEST_QUOTE]}" if said else ""


def _counted(models: Sequence[str]) -> str:
    number = "1 model" if len(models) == 1 else f"{len(models)} models"
    return number if models else "it answers"


def _secrets_of(endpoint: Endpoint) -> Iterator[Secret]:
    if endpoint.secret is not None:
        yield endpoint.secret
    if endpoint.secret is not None and endpoint.kind == "telemetry":
        yield from map(Secret, headers_in(endpoint.secret).values())


def _missing(
    endpoint: Endpoint, wanted: tuple[str, ...], models: tuple[str, ...]
) -> tuple[str, ...]:
    # Z.AI's list lags behind what it serves. A server of one's own may have none at all.
    if endpoint.name == "zai" or not (models or endpoint.name == "ollama"):
        return ()
    return tuple(name for name in wanted if not (is_alias(name) or is_listed(name, models)))


def _by_meaning(endpoint: Endpoint, reply: Reply) -> Verdict | None:
    status = status_of(reply)
    if reply.leads_to:
        return unexpected(endpoint, f"with a redirect to `{reply.leads_to}`")
    if reply.content == "text/html":
        return unexpected(endpoint, f"with a web page (status {status})")
    meaning = meaning_of(endpoint, reply)
    if meaning == "refused" or (status == 404 and _hides(endpoint)):
        return refused(endpoint, quoted(endpoint, reply) if status == 403 else "")
    if meaning in {"right", "hidden list"}:
        return None
    if meaning in {"unexpected", "no model"}:
        return _failed(endpoint, reply, status)
    return _withheld(endpoint, reply, meaning)


def _by_content(endpoint: Endpoint, reply: Reply) -> Verdict | None:
    if not is_right(endpoint, reply.body):
        return unexpected(endpoint, "with something else than it should")
    if endpoint.kind == "sign-on" and not _is_its_issuer(endpoint, reply.body["issuer"]):
        return _other_issuer(endpoint, reply.body["issuer"])
    if endpoint.name == "openrouter" and _is_spent(reply.body["data"]):
        return _withheld(endpoint, reply, "no credit")
    return None


def _hides(endpoint: Endpoint) -> bool:
    """Return whether the service says "not found" of what it does not let us see."""
    return endpoint.name == "telegram" or endpoint.guild is not None


def _failed(endpoint: Endpoint, reply: Reply, status: int) -> Verdict:
    if not 500 <= status < 600:
        return unexpected(endpoint, f"with status {status}{quoted(endpoint, reply)}")
    verdict = unexpected(endpoint, f"with an error of its own (status {status})")
    return replace(verdict, hint="try again later")


def _withheld(endpoint: Endpoint, reply: Reply, why: Meaning) -> Verdict:
    hint = f"look at your account with {endpoint.title}, or try again later"
    if endpoint.name == "zai" and why == "no credit" and "/coding/" not in endpoint.url:
        hint += f"; a key of the GLM Coding Plan needs {endpoint.address} = {CODING_PLAN}"
    message = f"{endpoint.title} knows the key, but gives nothing for it now: {why}"
    return _verdict(endpoint, "no-credit", message + quoted(endpoint, reply), hint)


def _is_its_issuer(endpoint: Endpoint, issuer: object) -> bool:
    """Return whether a document's issuer is the one that it lies at.

    In Authentik's global mode all applications have one issuer, the root of the site:
    `OAuth2Provider.get_issuer` in
    https://github.com/goauthentik/authentik/blob/main/authentik/providers/oauth2/models.py
    """
    parts = urlsplit(endpoint.url)
    root = f"{parts.scheme}://{parts.netloc}/"
    return issuer == endpoint.url or (endpoint.name == "authentik" and issuer == root)


def _other_issuer(endpoint: Endpoint, issuer: object) -> Verdict:
    message = f"`{endpoint.url}` calls itself `{_one_line(str(issuer))}`"
    hint = f"set {endpoint.address} to exactly that, if it is yours"
    return _verdict(endpoint, "unexpected", message, hint)


def _verdict(endpoint: Endpoint, result: Result, message: str, hint: str) -> Verdict:
    return Verdict(
        name=endpoint.name, kind=endpoint.kind, result=result, message=message, hint=hint
    )


def _is_spent(key: Any) -> bool:
    left = key.get("limit_remaining") if isinstance(key, dict) else None
    return isinstance(left, int | float) and left <= 0


def _one_line(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())
