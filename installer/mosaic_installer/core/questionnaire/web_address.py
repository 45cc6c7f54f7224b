"""Addresses of services on the web, as settings give them."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.kinds import Kind

DISCOVERY = ".well-known/openid-configuration"
OLLAMA_PORT = 11434


def parse_web_address(text: str) -> str:
    """Accept the address that a service's calls begin with; the last slash is dropped."""
    return _parse(text, "https://api.example.org/v1").geturl().rstrip("/")


def parse_issuer(text: str) -> str:
    """Accept an OpenID issuer, letter for letter; the address of its document will do."""
    address = _parse(text, "https://login.example.org").geturl()
    return address.removesuffix(DISCOVERY)


def parse_ollama_address(text: str) -> str:
    """Accept where Ollama listens, also in the short forms of its own OLLAMA_HOST."""
    address = text.strip()
    if address and "://" not in address:
        host = f"[{address}]" if _is_bare_ipv6(address) else address
        host = f"127.0.0.1{host}" if host.startswith(":") else host
        has_port = host.rpartition("]")[2].count(":") == 1
        address = f"http://{host}" if has_port else f"http://{host}:{OLLAMA_PORT}"
    parts = _parse(address, f"http://127.0.0.1:{OLLAMA_PORT}")
    # What Ollama listens on is not always what it can be called by.
    reached_by = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(parts.hostname or "")  # noqa: S104
    if reached_by:
        parts = parts._replace(netloc=f"{reached_by}:{parts.port or OLLAMA_PORT}")
    return parts.geturl().rstrip("/")


WEB_ADDRESS = Kind(
    parse=parse_web_address,
    examples=("https://api.example.org/v9",),
    accepts="An http or https URL.",
)
ISSUER = replace(WEB_ADDRESS, parse=parse_issuer, examples=("https://login.example.org/m",))
OLLAMA_ADDRESS = Kind(
    parse=parse_ollama_address,
    examples=("http://models.example:11434",),
    accepts="An http or https URL, or a host with or without a port.",
)


def is_loopback(address: str) -> bool:
    """Return whether the address leads to this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _parse(text: str, example: str) -> SplitResult:
    address = text.strip()
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(f"an address looks like `{example}`") from None
    if not is_whole or not address.isprintable() or " " in address:
        raise ValueError(f"an address looks like `{example}`")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("an address has no user, no `?` and no `#` in it")
    return parts


def _is_bare_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False
