"""Calls to services on the web: through the user's proxy, with the user's authorities, no further.

A redirect is an answer, not a way to go on: a key is sent only where it was meant for.
"""

import http.client
import ipaddress
import json
import os
import socket
import ssl
import urllib.request
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from mosaic_installer import __version__
from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.questionnaire.web_address import is_loopback

LARGEST_BODY = 16 * 1024 * 1024
NAMELESS = "there is no such name (DNS)"
LATE = "it does not answer in time"
NO_PASSWORD = Lost(cause="proxy", reason="the proxy wants a password")
AGENT = f"mosaic-installer/{__version__}"


def send(call: Call, seconds: float) -> Reply | Lost:
    """Send a call and return what came of it; each wait for the network ends after `seconds`."""
    proxy = proxy_for(call.url)
    try:
        with open_stream(call, seconds) as answer:
            return _reply(answer)
    except HTTPError as error:
        with error:
            return NO_PASSWORD if error.code == 407 else _reply(error)
    except URLError as error:
        return _lost(error.reason, proxy)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return _lost(error, proxy)


def open_stream(call: Call, seconds: float) -> http.client.HTTPResponse:
    """Return the open answer to a call, to be read and closed; raises what urllib raises."""
    proxy, scheme = proxy_for(call.url), urlsplit(call.url).scheme
    is_secure = scheme == "https"
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({scheme: proxy} if proxy else {}),
        *([urllib.request.HTTPSHandler(context=_trust())] if is_secure else []),
        _Stay(),
    )
    headers = {"User-Agent": AGENT, "Accept": "application/json", **call.headers}
    data, content = _posted(call)
    if data is not None:
        headers["Content-Type"] = content
    method = call.method or None
    request = urllib.request.Request(call.url, data=data, headers=headers, method=method)  # noqa: S310 - http or https by its parser
    answer: http.client.HTTPResponse = opener.open(request, timeout=seconds)
    return answer


def proxy_for(url: str) -> str | None:
    """Return the proxy that stands before an address, by the usual variables; None: none does.

    Never one before this machine itself.
    """
    parts = urlsplit(url)
    proxies = urllib.request.getproxies_environment()
    if is_loopback(url) or _is_spared(parts.hostname or "", proxies.get("no", "")):
        return None
    return proxies.get(parts.scheme) or proxies.get("all")


def _is_spared(host: str, no_proxy: str) -> bool:
    """Return whether NO_PROXY names the host, by its name, an ending, or a network it is in."""
    if urllib.request.proxy_bypass_environment(host):  # type: ignore[attr-defined]  # what urllib itself asks
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    networks = (_network(entry.strip()) for entry in no_proxy.split(",") if "/" in entry)
    return any(address in network for network in networks if network is not None)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _trust() -> ssl.SSLContext:
    # Reading all authorities takes longer than a call to this machine, so only where it is needed.
    return ssl.create_default_context()


def _posted(call: Call) -> tuple[bytes | None, str]:
    """Return what a call posts and its media type; None: it is a GET."""
    if call.form is not None:
        return urlencode(call.form).encode(), "application/x-www-form-urlencoded"
    return (None if call.body is None else json.dumps(call.body).encode()), "application/json"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it comes out as an `HTTPError` of its status."""

    def redirect_request(self, *_arguments: object, **_options: object) -> None:
        return None


def _reply(answer: http.client.HTTPResponse | HTTPError) -> Reply:
    content = answer.read(LARGEST_BODY)
    location = answer.headers.get("Location") or ""
    status = answer.status or 0
    return Reply(
        status=status,
        body=_decoded(content),
        content=answer.headers.get_content_type(),
        leads_to=(urlsplit(location).hostname or location) if 300 <= status < 400 else "",
    )


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else {}
    except ValueError:
        return None


def _lost(error: object, proxy: str | None) -> Lost:
    match error:
        case ssl.SSLError():
            return Lost(cause="tls", reason=_insecure(error))
        case TimeoutError():
            return Lost(cause="timeout", reason=LATE)
        case OSError() | http.client.HTTPException() if proxy:
            return Lost(cause="proxy", reason=f"the proxy `{_shown(proxy)}`: {_said(error)}")
        case socket.gaierror() | UnicodeError():
            return Lost(cause="dns", reason=NAMELESS)
        case OSError():
            return Lost(cause="connection", reason=_said(error))
        case _:
            return Lost(cause="connection", reason="it does not speak HTTP")


def _insecure(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return f"no secure connection: {str(error.reason or error).replace('_', ' ').lower()}"


def _said(error: OSError | http.client.HTTPException) -> str:
    if not isinstance(error, OSError):
        return "it does not speak HTTP"
    if isinstance(error, socket.gaierror):
        return NAMELESS
    return (os.strerror(error.errno) if error.errno else str(error)).lower()


def _shown(proxy: str | None) -> str:
    """Return the address of a proxy without its password."""
    parts = urlsplit(proxy if proxy and "//" in proxy else f"//{proxy}")
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
