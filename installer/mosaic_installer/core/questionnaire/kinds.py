"""The kinds of answers: what is accepted, and how a schema, a shell and a page tell of it."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from mosaic_installer.core.frozen import field, frozen, replace
from mosaic_installer.core.secret import Secret


@frozen
class Kind:
    """What the answers to a question are.

    `parse` turns text into the value, or raises `ValueError` with a sentence that says what is
    wanted. Every one of `examples` is accepted; no two of them mean the same.
    """

    parse: Callable[[str], object]
    examples: tuple[str, ...]
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    """The values in answers.toml, as a JSON Schema."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """All answers there are, where they are few: what each is good for, in a line."""
    unlisted: tuple[str, ...] = ()
    """Those of all answers that nobody is offered at a screen who has not given them before."""
    accepts: str = ""
    """A sentence about it, for whoever asks; a few words explain themselves."""
    is_secret: bool = False
    """Whether `parse` gives a `Secret`: never in arguments, in answers.toml or on the screen."""

    @property
    def words(self) -> tuple[str, ...]:
        """All answers there are, where they are few."""
        return tuple(self.hints)

    @property
    def is_number(self) -> bool:
        """Whether answers.toml has it as a number."""
        return self.schema.get("type") == "integer"


def integer(lowest: int, highest: int) -> Kind:
    """Return the kind of whole numbers in a range."""

    def parse(text: str) -> int:
        number = text.strip()
        if not re.fullmatch(r"[0-9]{1,18}", number) or not lowest <= int(number) <= highest:
            raise ValueError(f"this is a number from {lowest} to {highest}")
        return int(number)

    return Kind(
        parse=parse,
        examples=(str(highest), str(lowest)),
        schema={"type": "integer", "minimum": lowest, "maximum": highest},
        accepts=f"A number from {lowest} to {highest}.",
    )


def choice(
    noun: str,
    hints: Mapping[str, str],
    also: Mapping[str, str] | None = None,
    unlisted: tuple[str, ...] = (),
) -> Kind:
    """Return the kind of a few words, called `noun`; `also` has other words for some of them.

    `hints` has what each of them is good for, in a line; `unlisted` are those that nobody is
    offered who did not ask for them.
    """
    words, quoted = tuple(hints), [f"`{word}`" for word in hints]
    wanted = " or ".join(quoted) if len(words) == 2 else f"one of {', '.join(quoted)}"

    def parse(text: str) -> str:
        word = text.strip().lower()
        word = (also or {}).get(word, word)
        if word not in words:
            raise ValueError(f"{noun} is {wanted}")
        return word

    return Kind(
        parse=parse,
        examples=words,
        schema={"enum": [*words]},
        hints=hints,
        unlisted=unlisted,
        accepts=f"One of {', '.join(f'`{word}` ({hint})' for word, hint in hints.items())}.",
    )


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
    if not all(_is_origin(origin) for origin in origins):
        raise ValueError("an origin looks like `https://mosaic.example.org`, without a path")
    return ",".join(origins)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        return False
    return is_complete and re.fullmatch(r"https?://[^/\s?#@]+", text) is not None


def parse_networks(text: str) -> str:
    """Accept IP addresses and networks (CIDR), separated by commas."""
    try:
        return ",".join(str(_network(each.strip())) for each in text.split(","))
    except ValueError:
        raise ValueError("a network looks like `10.0.0.0/24`, an address like `10.0.0.7`") from None


def _network(text: str) -> object:
    return ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text)


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


TEXT = Kind(parse=parse_text, examples=("example-text",), accepts="One line of text.")
NAME = Kind(parse=parse_name, examples=("Ada Example",), accepts="At most 200 characters.")
PORT = replace(integer(1, 65535), parse=parse_port, examples=("28080", "28081"))
ADDRESS = Kind(parse=parse_address, examples=("::1",), accepts="An IP address.")
HOSTNAME = Kind(
    parse=parse_hostname, examples=("mosaic.example.org",), accepts="A host name or an IP address."
)
ORIGIN = Kind(
    parse=parse_origin, examples=("https://web.example.org",), accepts="Origins without a path."
)
NETWORKS = Kind(
    parse=parse_networks, examples=("10.0.0.7,10.1.0.0/24", "::1"), accepts="IPs or CIDR networks."
)
IMAGE = Kind(
    parse=parse_image,
    examples=("registry.example.org/image:7",),
    accepts="An image with a digest, or with a tag other than `latest`.",
)
EMAIL = Kind(parse=parse_email, examples=("bob@example.org",), accepts="An e-mail address.")
PASSWORD = Kind(
    parse=parse_password,
    examples=("another-horse-7",),
    accepts="8 to 128 characters.",
    is_secret=True,
)
YES_NO = Kind(
    parse=parse_yes_no,
    examples=("yes", "no"),
    schema={"enum": [True, False, "yes", "no", "on", "off"]},
    hints={"yes": "", "no": ""},
)
