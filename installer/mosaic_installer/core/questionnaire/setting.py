"""One row of the questionnaire, and the parsers that rows share."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mosaic_installer.core.facts import Facts
from mosaic_installer.core.secret import Secret

Draft = Mapping[str, object]
"""The answers settled so far, by key: what a default or a condition may look at."""


def never(_facts: Facts, _draft: Draft) -> bool:
    """Say that the default is good enough, whatever the machine."""
    return False


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting: prompt, parser, default, variable, `--set` key and rows in file and docs.

    `parse` turns text into the value, or raises `ValueError` with a sentence that says what is
    wanted. `default` is text for `parse`, a function of the facts and earlier answers that gives
    such text (None: there is none), or None. A setting without a default is required when `asks`
    says so; otherwise it is None. `asks` tells whether a person is to be asked.
    """

    key: str
    variable: str
    prompt: str
    help: str
    parse: Callable[[str], object]
    default: str | Callable[[Facts, Draft], str | None] | None = None
    default_note: str = ""
    asks: Callable[[Facts, Draft], bool] = field(default=never)
    choices: tuple[str, ...] = ()
    is_secret: bool = False
    """Whether `parse` gives a `Secret`: never in arguments, in answers.toml or on the screen."""
    is_optional: bool = False
    """Whether "none" is an answer."""
    is_remembered: bool = True
    """Whether the answer is kept in answers.toml; secrets never are."""

    @property
    def section(self) -> str:
        """The table in answers.toml, and the heading in the documentation."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The row inside its table."""
        return self.key.rpartition(".")[2]

    @property
    def is_kept_secret(self) -> bool:
        """Whether it is kept in secrets.toml; one that must be given is needed only once."""
        return self.is_secret and self.is_optional and self.is_remembered

    def default_text(self, facts: Facts, draft: Draft) -> str | None:
        """Return the default as text for `parse`, or None."""
        return self.default(facts, draft) if callable(self.default) else self.default


@dataclass(frozen=True, kw_only=True)
class RowsByName:
    """The rows of several things of a kind, each a `section`: by name, and by its fields."""

    section: type
    rows: Mapping[str, Mapping[str, Setting]]


def parse_text(text: str) -> str:
    """Accept any text that is not empty and holds no control characters."""
    if not text.strip():
        raise ValueError("this must not be empty")
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("this must be one line without control characters")
    return text.strip()


def parse_name(text: str) -> str:
    """Accept a person's name: at most 200 characters."""
    if len(text) > 200:
        raise ValueError("a name has at most 200 characters")
    name = parse_text(text)
    if not name.isprintable():
        raise ValueError("a name has no invisible characters")
    return name


def parse_port(text: str) -> int:
    """Accept a TCP port, 1 to 65535."""
    if not re.fullmatch(r"[0-9]{1,5}", text.strip()) or not 1 <= int(text) <= 65535:
        raise ValueError("a port is a number between 1 and 65535")
    return int(text)


def parse_address(text: str) -> str:
    """Accept an IP address to listen on."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ValueError("an address to listen on is an IP, such as 127.0.0.1 or ::1") from None


def parse_hostname(text: str) -> str:
    """Accept a host name (RFC 1123) or an IP address."""
    name = text.strip().lower()
    label = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
    if len(name) <= 253 and re.fullmatch(rf"{label}(\.{label})*", name):
        return name
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        raise ValueError("a host name looks like `mosaic.example.org` or `localhost`") from None


def parse_origin(text: str) -> str:
    """Accept web origins (scheme, host, optional port), separated by commas."""
    origins = [origin.strip().rstrip("/") for origin in text.split(",")]
    if not all(re.fullmatch(r"https?://[^/\s?#@]+", origin) for origin in origins):
        raise ValueError("an origin looks like `https://mosaic.example.org`, without a path")
    return ",".join(origins)


def parse_image(text: str) -> str:
    """Accept the name of a container image (distribution/reference): pinned, never `latest`."""
    name = text.strip()
    host = r"(?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?"
    path = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
    pin = r"(?::(?P<tag>[\w][\w.-]{0,127}))?(?P<digest>@sha256:[0-9a-f]{64})?"
    found = re.fullmatch(rf"{host}{path}{pin}", name, re.ASCII)
    if found is None:
        raise ValueError("an image looks like `registry.example.org/name:tag`")
    if found["tag"] in {None, "latest"} and not found["digest"]:
        raise ValueError("an image needs a tag other than `latest`, or a digest: it is pinned")
    return name


def parse_server_url(text: str, schemes: tuple[str, ...], example: str) -> Secret:
    """Accept the address of a server; never says anything of the text, which holds a password."""
    try:
        parts = urlsplit(text.strip())
        is_whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not text.strip().isprintable() or " " in text.strip():
        raise ValueError(f"an address looks like `{example}`; special characters as %XX")
    return Secret(text.strip())


def parse_email(text: str) -> str:
    """Accept an e-mail address; only the gateway's mail server could know more than this."""
    address = text.strip()
    is_shaped = re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address) and address.isprintable()
    if len(address) > 254 or not is_shaped:
        raise ValueError("an e-mail address looks like `name@example.org`")
    return address


def parse_password(text: str) -> Secret:
    """Accept a password of 8 to 128 characters; never says anything of the text itself."""
    if not 8 <= len(text) <= 128:
        raise ValueError("a password has 8 to 128 characters")
    return Secret(text)


def parse_yes_no(text: str) -> bool:
    """Accept the usual words for yes and no."""
    word = text.strip().lower()
    if word in {"1", "true", "yes", "y", "on"}:
        return True
    if word in {"0", "false", "no", "n", "off", ""}:
        return False
    raise ValueError("this is `yes` or `no`")
