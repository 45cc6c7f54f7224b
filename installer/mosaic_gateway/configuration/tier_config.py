"""`mosaic.config.json`: which database, queue and memory this gateway works with.

Unknown keys are tolerated, for newer installers; unknown kinds of storage are not. The file holds
no password: those come from the environment, which may also replace a whole address.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mosaic_gateway.configuration.config_section import Section, read_document
from mosaic_gateway.configuration.embeddings_config import EmbeddingsConfig, read_embeddings
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.server_url import (
    POSTGRES_FORM,
    VALKEY_FORM,
    ServerUrl,
    UrlForm,
    parse_url,
)
from mosaic_gateway.errors import SettingsError

TIERS = ("local", "standalone", "federated")
HTTPS_PORT = 443
LIMITS = (1, 1_000_000)
"""US dollars a month."""
MICROS = 1_000_000
FINGERPRINT_LENGTH = 64  # SHA-256, in hexadecimal


@dataclass(frozen=True)
class SqliteStorage:
    """One file on this host; `path` is absolute."""

    path: Path


@dataclass(frozen=True)
class PostgresStorage:
    """A database on a server; with `enable_vector` it must have the extension `vector`."""

    url: ServerUrl
    enable_vector: bool


@dataclass(frozen=True)
class CertificateAuthority:
    """A step-ca, known by the SHA-256 fingerprint of its root certificate, in lower-case hex."""

    host: str
    port: int
    fingerprint: str


@dataclass(frozen=True)
class TierConfig:
    """What the installer decided about this gateway's surroundings.

    Without `valkey`, the database is the queue, too. `monthly_limit` is what a user may spend in a
    month who has no limit of their own, in millionths of a US dollar; None is as much as they like.
    Without `embeddings`, nothing becomes vectors.
    """

    tier: str
    storage: SqliteStorage | PostgresStorage
    valkey: ServerUrl | None = None
    authority: CertificateAuthority | None = None
    monthly_limit: int | None = None
    embeddings: EmbeddingsConfig | None = None


def read_tier_config(file: Path | None, environment: Callable[[], Environment]) -> TierConfig:
    """Read and check the file; raises SettingsError naming what is wrong and where.

    The environment is looked at only where a server's address is needed.
    """
    if file is None:
        raise SettingsError(
            "no configuration is named",
            "pass `--config FILE` or set `MOSAIC_CONFIG` to the path of mosaic.config.json",
        )
    document = read_document(file)
    storage = _storage(document.section("storage"), environment)
    _check_memory(document.section("memory"), storage)
    return TierConfig(
        document.choice("tier", TIERS),
        storage,
        _valkey(document.section("queue"), environment),
        _authority(document.optional_section("certificateAuthority")),
        _monthly_limit(document.optional_section("limits")),
        read_embeddings(document),
    )


def _storage(
    section: Section, environment: Callable[[], Environment]
) -> SqliteStorage | PostgresStorage:
    if section.choice("type", ("sqlite", "postgres")) == "postgres":
        url = _url(section, POSTGRES_FORM, "MOSAIC_DATABASE", environment)
        return PostgresStorage(url, section.flag("enableVector"))
    if section.flag("enableVector"):
        raise section.refusal("enableVector", "is true, but SQLite has no vectors")
    path = Path(section.text("path"))
    if not path.is_absolute():
        raise section.refusal("path", "is not an absolute path")
    return SqliteStorage(path)


def _valkey(section: Section, environment: Callable[[], Environment]) -> ServerUrl | None:
    if section.choice("type", ("database", "valkey")) == "database":
        return None
    return _url(section, VALKEY_FORM, "MOSAIC_VALKEY", environment)


def _check_memory(section: Section, storage: SqliteStorage | PostgresStorage) -> None:
    kind = section.choice("type", ("keyword", "pgvector"))
    has_vectors = isinstance(storage, PostgresStorage) and storage.enable_vector
    if kind == "pgvector" and not has_vectors:
        raise section.refusal("type", "is `pgvector`, but `storage.enableVector` is not true")


def _authority(section: Section | None) -> CertificateAuthority | None:
    if section is None:
        return None
    host, port = _host_and_port(section)
    fingerprint = section.text_or_file("fingerprint").lower()
    if len(fingerprint) != FINGERPRINT_LENGTH or not set(fingerprint) <= set(string.hexdigits):
        raise section.refusal("fingerprint", "is not a SHA-256 in hexadecimal")
    return CertificateAuthority(host, port, fingerprint)


def _monthly_limit(section: Section | None) -> int | None:
    if section is None or not section.has("monthlyDollars"):
        return None
    return section.number("monthlyDollars", *LIMITS) * MICROS


def _host_and_port(section: Section) -> tuple[str, int]:
    try:
        parts = urlsplit(section.text("url"))
        host, port = parts.hostname, parts.port or HTTPS_PORT
    except ValueError:
        host, port = None, HTTPS_PORT
    else:
        host = host if parts.scheme == "https" else None
    if host is None:
        raise section.refusal("url", "is not an address such as `https://step-ca:9000`")
    return host, port


def _url(
    section: Section, form: UrlForm, variable: str, environment: Callable[[], Environment]
) -> ServerUrl:
    """The address of the file or, when given, of the environment; with the password from there."""
    values = environment()
    given, password = values.get(f"{variable}_URL"), values.get(f"{variable}_PASSWORD")
    try:
        if given is not None:
            return parse_url(given, form).with_password(password)
    except ValueError as error:
        raise SettingsError(f"`{variable}_URL` cannot be used", str(error)) from None
    try:
        url = parse_url(section.text("url"), form)
    except ValueError as error:
        raise section.refusal("url", f"cannot be used: {error}") from None
    if url.password:
        raise section.refusal("url", f"has a password, which belongs into `{variable}_PASSWORD`")
    return url.with_password(password)
