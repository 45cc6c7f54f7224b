"""Each parser: what it takes, what it makes of it, and the sentence it refuses with."""

import pytest

from mosaic_installer.core.answers import CATALOGUE, as_text
from mosaic_installer.core.questionnaire.agent import INTENT
from mosaic_installer.core.questionnaire.channels import parse_guild
from mosaic_installer.core.questionnaire.cluster import parse_portainer_url, parse_registry
from mosaic_installer.core.questionnaire.gateway import RUNTIME
from mosaic_installer.core.questionnaire.kinds import (
    choice,
    integer,
    parse_address,
    parse_email,
    parse_hostname,
    parse_image,
    parse_name,
    parse_networks,
    parse_origin,
    parse_password,
    parse_port,
    parse_text,
    parse_yes_no,
)
from mosaic_installer.core.questionnaire.pasted import parse_key, parse_provider_key
from mosaic_installer.core.questionnaire.providers import EMBEDDINGS_MODEL, parse_model
from mosaic_installer.core.questionnaire.routing import parse_models
from mosaic_installer.core.questionnaire.storage import parse_database_url, parse_valkey_url
from mosaic_installer.core.questionnaire.telemetry import parse_headers
from mosaic_installer.core.questionnaire.web_address import (
    parse_issuer,
    parse_ollama_address,
    parse_web_address,
)
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tiers import TIER

pytestmark = pytest.mark.unit

PERCENT = integer(1, 100)
GOOD = [
    (TIER.parse, "local", "local"),
    (TIER.parse, " Standalone ", "standalone"),
    (TIER.parse, "federated", "federated"),
    (TIER.parse, "team", "standalone"),
    (TIER.parse, "TEAM", "standalone"),
    (parse_port, "1", 1),
    (parse_port, "65535", 65535),
    (parse_port, " 8080 ", 8080),
    (parse_port, "00080", 80),
    (parse_address, "127.0.0.1", "127.0.0.1"),
    (parse_address, " ::1 ", "::1"),
    (parse_address, "0:0:0:0:0:0:0:0", "::"),
    (parse_hostname, "localhost", "localhost"),
    (parse_hostname, "Mosaic.Example.ORG", "mosaic.example.org"),
    (parse_hostname, "192.0.2.7", "192.0.2.7"),
    (parse_hostname, "2001:DB8::7", "2001:db8::7"),
    (parse_origin, "https://mosaic.example.org", "https://mosaic.example.org"),
    (parse_origin, "http://a:3000/, https://b", "http://a:3000,https://b"),
    (parse_networks, " 10.0.0.7 , 10.1.0.0/24", "10.0.0.7,10.1.0.0/24"),
    (parse_networks, "FD00::0:1,fd00::/8", "fd00::1,fd00::/8"),
    (RUNTIME.parse, "process", "process"),
    (PERCENT.parse, "1", 1),
    (PERCENT.parse, " 100 ", 100),
    (RUNTIME.parse, "container", "container"),
    (parse_text, "  mosaic-gateway:1.2  ", "mosaic-gateway:1.2"),
    (parse_email, " ada@example.org ", "ada@example.org"),
    (parse_email, "a'b+c@münchen.example", "a'b+c@münchen.example"),
    (parse_name, " Ada Lovelace ", "Ada Lovelace"),
    (parse_name, "n" * 200, "n" * 200),
    (parse_password, "p" * 8, Secret("p" * 8)),
    (parse_password, "  spaces count  ", Secret("  spaces count  ")),
    (parse_password, "p" * 128, Secret("p" * 128)),
    (parse_image, " pgvector/pgvector:pg17 ", "pgvector/pgvector:pg17"),
    (parse_image, "127.0.0.1:5000/a/b_c:1.2", "127.0.0.1:5000/a/b_c:1.2"),
    (parse_image, "name@sha256:" + "a" * 64, "name@sha256:" + "a" * 64),
    (parse_registry, " registry.example.org:5000/ ", "registry.example.org:5000"),
    (parse_registry, "ghcr.io/a-b/c_d", "ghcr.io/a-b/c_d"),
    (parse_registry, "localhost/a", "localhost/a"),
    (parse_portainer_url, "https://p.example:9443/api/", "https://p.example:9443"),
    (parse_portainer_url, "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    (parse_database_url, " postgres://u:p@h/d ", Secret("postgres://u:p@h/d")),
    (parse_valkey_url, "rediss://h", Secret("rediss://h")),
    (parse_key, "sk-ant-api03-abc", Secret("sk-ant-api03-abc")),
    (parse_provider_key, "sk-proj-abc", Secret("sk-proj-abc")),
    (parse_headers, " a=b%20c,x-y=z== ", Secret("a=b%20c,x-y=z==")),
    (parse_model, " anthropic/claude-sonnet-4.5 ", "anthropic/claude-sonnet-4.5"),
    (EMBEDDINGS_MODEL.parse, "nomic-embed-text:latest", "nomic-embed-text"),
    (INTENT.parse, " DevOps ", "devops"),
    (parse_models, " zai/glm-5.3,openai/gpt-6.1-sol ", "zai/glm-5.3, openai/gpt-6.1-sol"),
    (parse_guild, " 41771983423143937 ", "41771983423143937"),
    (parse_web_address, " https://api.example.org/v1/ ", "https://api.example.org/v1"),
    (parse_web_address, "http://[::1]:4000", "http://[::1]:4000"),
    (parse_issuer, "https://a.example/application/o/m/", "https://a.example/application/o/m/"),
    (parse_issuer, "https://a.example/m/.well-known/openid-configuration", "https://a.example/m/"),
    *((parse_ollama_address, text, "http://127.0.0.1:11434") for text in
      ("127.0.0.1", "127.0.0.1:11434", ":11434", "0.0.0.0", "0.0.0.0:11434",  # noqa: S104
       "http://127.0.0.1:11434/", "http://0.0.0.0:11434", "http://0.0.0.0")),
    *((parse_ollama_address, text, "http://[::1]:11434") for text in ("::", "[::]:11434", "::1")),
    (parse_ollama_address, "models.example", "http://models.example:11434"),
    (parse_ollama_address, "https://models.example/ollama", "https://models.example/ollama"),
    *((parse_yes_no, word, True) for word in ("1", "true", "YES", "y", " on ")),
    *((parse_yes_no, word, False) for word in ("0", "False", "no", "N", "off", "")),
]  # fmt: skip
HEADERS = "headers look like `authorization=Bearer%20TOKEN,x-tenant=mine`"
PORT = "a port is a number between 1 and 65535"
ADDRESS = "an address to listen on is an IP, such as 127.0.0.1 or ::1"
HOSTNAME = "a host name looks like `mosaic.example.org` or `localhost`"
NETWORKS = "a network looks like `10.0.0.0/24`, an address like `10.0.0.7`"
ORIGIN = "an origin looks like `https://mosaic.example.org`, without a path"
EMAIL = "an e-mail address looks like `name@example.org`"
PASSWORD = "a password has 8 to 128 characters"
IN_THE_OPEN = "the API key would be sent in the open: the address begins with https://"
IMAGE = "an image looks like `registry.example.org/name:tag`"
PINNED = "an image needs a tag other than `latest`, or a digest: it is pinned"
REGISTRY = (
    "a registry looks like `registry.example.org:5000` or `registry.example.org/team`, "
    "without `https://`"
)
DATABASE = "an address looks like `postgresql://user:password@host/name`; special characters as %XX"
VALKEY = "an address looks like `redis://user:password@host:6379/0`; special characters as %XX"
KEY = "a key is one word of plain letters, digits and signs"
MASKED = "this key is shortened or masked; copy it where it is shown in full"
MODEL = "a model's name is one word, such as `gpt-6.1-sol` or `qwen2.5-coder:7b`"
EMBEDDINGS = "an embeddings model is `nomic-embed-text` or `mxbai-embed-large`"
RUNTIMES = "a runtime is one of `process`, `container`, `swarm`"
PERCENTS = "this is a number from 1 to 100"
INTENTS = "an intent is one of `general`, `software-dev`, `devops`, `research`, `content`, `custom`"
GUILD = "a Discord server is known by a number of 15 to 20 digits"
BARE = "an address has no user, no `?` and no `#` in it"
ONE_LINE = "this must be one line without control characters"
BAD = [
    *((TIER.parse, text, "a tier is one of `local`, `standalone`, `federated`") for text in
      ("", "loca", "teams", "local,team")),
    *((parse_port, text, PORT) for text in
      ("", "0", "-1", "65536", "70000", "abc", "1.5", "0x50", "٨٠", "8 0", "100000")),
    *((parse_address, text, ADDRESS) for text in ("", "localhost", "127.0.0.1:80", "256.1.1.1")),
    *((parse_hostname, text, HOSTNAME) for text in
      ("", "-a", "a-", "a..b", "under_score", "a b", "http://a", "x" * 64, "a." * 127 + "a")),
    *((parse_networks, text, NETWORKS) for text in
      ("", "proxy", "10.0.0.1/8", "10.0.0.7,", "10.0.0.7 10.0.0.8", "10.0.0.0/33")),
    *((parse_origin, text, ORIGIN) for text in
      ("", "mosaic.example.org", "ftp://a", "http://a/b", "http://a,", "http://u@a", "http://a?b")),
    *((PERCENT.parse, text, PERCENTS) for text in ("", "0", "101", "-1", "1.5", "9" * 30, "²")),
    *((RUNTIME.parse, text, RUNTIMES) for text in ("", "docker")),
    *((parse_text, text, "this must not be empty") for text in ("", "  ")),
    *((parse_text, text, ONE_LINE) for text in ("a\nb", "a\tb", "a\x7fb")),
    *((parse_email, text, EMAIL) for text in
      ("", "ada", "@", "ada@", "@example.org", "a@b@c", "a b@c", "<a@b>", "a,b@c", "a@b\x01",
       "a" * 250 + "@b.org")),
    (parse_name, "n" * 201, "a name has at most 200 characters"),
    (parse_name, " ", "this must not be empty"),
    (parse_name, "A\nB", ONE_LINE),
    (parse_name, "A\u200bB", "a name has no invisible characters"),
    *((parse_password, text, PASSWORD) for text in ("", "p" * 7, "p" * 129)),
    *((parse_image, text, IMAGE) for text in ("", "Name:1", "a b:1", "a:$1", "a:1\nb", "http://a:1")),
    *((parse_image, text, PINNED) for text in ("name", "a.example/name", "name:latest")),
    (parse_portainer_url, "http://p.example:9000", IN_THE_OPEN),
    *((parse_registry, text, REGISTRY) for text in
      ("", "team", "https://a.example", "u:p@a.example", "a.example/B", "a.example/x:1", "-a.b")),
    *((parse_database_url, text, DATABASE) for text in
      ("", "host", "mysql://h/d", "postgres://", "postgres://h:99999/d", "postgres://u:a b@h/d")),
    *((parse_valkey_url, text, VALKEY) for text in ("", "http://h", "redis://h:0")),
    *((parse_key, text, "a key must not be empty; `none` removes one") for text in ("", " \n ")),
    *((parse_key, text, KEY) for text in ("sk-one two", "sk-one\nsk-two", "sk-schlüssel")),
    *((parse_key, text, MASKED) for text in ("sk-ant-...abcd", "sk-****abcd", "sk-ant…abcd")),
    (parse_key, "k" * 8192, "a key has at most 4000 characters; this is more than a key"),
    (parse_provider_key, "sk-one two", KEY),
    *((parse_headers, text, HEADERS) for text in ("", "a", "a=", "a b=c", "a=b c", "a=b,")),
    *((parse_model, text, MODEL) for text in ("", "gpt 5", "m" * 201, "a\tb")),
    (EMBEDDINGS_MODEL.parse, "text-embedding-3-small", EMBEDDINGS),
    (INTENT.parse, "world-domination", INTENTS),
    (parse_models, "zai/glm-5.3, zai/glm-5.3", "name each model once, and at most 10"),
    *((parse_guild, text, GUILD) for text in ("", "mosaic", "123", "1" * 21)),
    *((parse_web_address, text, "an address looks like `https://api.example.org/v1`") for text in
      ("", "api.example.org", "ftp://a", "http://", "http://a b", "http://a:0", "http://[")),
    *((parse_web_address, text, BARE) for text in
      ("https://ada:pw@a.example", "https://a.example?x", "https://a.example/#x")),
    (parse_issuer, "a.example", "an address looks like `https://login.example.org`"),
    *((parse_ollama_address, text, "an address looks like `http://127.0.0.1:11434`") for text in
      ("", "a b", "host:port", "unix:///run/ollama")),
    *((parse_yes_no, text, "this is `yes` or `no`") for text in ("maybe", "2", "ja")),
]  # fmt: skip


@pytest.mark.parametrize(("parser", "text", "value"), GOOD)
def test_a_parser_makes_the_value(parser: object, text: str, value: object) -> None:
    assert callable(parser)
    made = parser(text)
    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(("parser", "text", "sentence"), BAD)
def test_a_parser_refuses_with_a_sentence(parser: object, text: str, sentence: str) -> None:
    assert callable(parser)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 # the whole sentence is compared
        parser(text)
    assert str(refused.value) == sentence


def test_every_parser_of_the_catalogue_is_in_both_tables() -> None:
    # Those of `integer` and `choice` differ in nothing but their words.
    made = {integer(1, 2).parse.__qualname__, choice("a word", {}).parse.__qualname__}
    parsers = {row.kind.parse for row in CATALOGUE.values()}
    parsers = {parser for parser in parsers if parser.__qualname__ not in made}
    assert parsers <= {row[0] for row in GOOD}
    assert parsers <= {row[0] for row in BAD}


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_kind_says_what_is_accepted(key: str) -> None:
    kind = CATALOGUE[key].kind
    assert kind.words or kind.accepts.endswith(".")


def test_the_range_of_a_port_is_said() -> None:
    assert CATALOGUE["gateway.port"].kind.accepts == "A number from 1 to 65535."


@pytest.mark.parametrize("key", [key for key, row in CATALOGUE.items() if row.kind.words])
def test_every_choice_can_be_chosen(key: str) -> None:
    kind = CATALOGUE[key].kind
    found = [kind.parse(word) for word in kind.words]
    assert len(set(found)) == len(found)
    assert [as_text(value) for value in found] == [*kind.words]


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_examples_of_a_kind_are_accepted(key: str) -> None:
    kind = CATALOGUE[key].kind
    found = [kind.parse(text) for text in kind.examples]
    assert len(set(found)) == len(found)
    assert all(isinstance(value, Secret) == kind.is_secret for value in found)
    assert all(isinstance(value, int) for value in found) or not kind.is_number
