"""Each parser: what it takes, what it makes of it, and the sentence it refuses with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.make import make_answers

from mosaic_gateway import accounts, passwords
from mosaic_installer.core.answers import (
    CATALOGUE,
    FIELDS,
    SECRET_VARIABLES,
    as_text,
    parse_runtime,
    value_of,
)
from mosaic_installer.core.containers_answers import parse_database_url, parse_valkey_url
from mosaic_installer.core.interview import parse
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.setting import (
    parse_address,
    parse_email,
    parse_hostname,
    parse_image,
    parse_name,
    parse_origin,
    parse_password,
    parse_port,
    parse_text,
    parse_yes_no,
)
from mosaic_installer.core.tiers import parse_tier

pytestmark = pytest.mark.unit

GOOD = [
    (parse_tier, "local", "local"),
    (parse_tier, " Standalone ", "standalone"),
    (parse_tier, "federated", "federated"),
    (parse_tier, "team", "standalone"),
    (parse_tier, "TEAM", "standalone"),
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
    (parse_runtime, "process", "process"),
    (parse_runtime, "container", "container"),
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
    (parse_database_url, " postgres://u:p@h/d ", Secret("postgres://u:p@h/d")),
    (parse_valkey_url, "rediss://h", Secret("rediss://h")),
    *((parse_yes_no, word, True) for word in ("1", "true", "YES", "y", " on ")),
    *((parse_yes_no, word, False) for word in ("0", "False", "no", "N", "off", "")),
]
PORT = "a port is a number between 1 and 65535"
ADDRESS = "an address to listen on is an IP, such as 127.0.0.1 or ::1"
HOSTNAME = "a host name looks like `mosaic.example.org` or `localhost`"
ORIGIN = "an origin looks like `https://mosaic.example.org`, without a path"
EMAIL = "an e-mail address looks like `name@example.org`"
PASSWORD = "a password has 8 to 128 characters"
IMAGE = "an image looks like `registry.example.org/name:tag`"
PINNED = "an image needs a tag other than `latest`, or a digest: it is pinned"
DATABASE = "an address looks like `postgresql://user:password@host/name`; special characters as %XX"
VALKEY = "an address looks like `redis://user:password@host:6379/0`; special characters as %XX"
ONE_LINE = "this must be one line without control characters"
BAD = [
    *((parse_tier, text, "a tier is one of `local`, `standalone`, `federated`") for text in
      ("", "loca", "teams", "local,team")),
    *((parse_port, text, PORT) for text in
      ("", "0", "-1", "65536", "70000", "abc", "1.5", "0x50", "٨٠", "8 0", "100000")),
    *((parse_address, text, ADDRESS) for text in ("", "localhost", "127.0.0.1:80", "256.1.1.1")),
    *((parse_hostname, text, HOSTNAME) for text in
      ("", "-a", "a-", "a..b", "under_score", "a b", "http://a", "x" * 64, "a." * 127 + "a")),
    *((parse_origin, text, ORIGIN) for text in
      ("", "mosaic.example.org", "ftp://a", "http://a/b", "http://a,", "http://u@a", "http://a?b")),
    *((parse_runtime, text, "a runtime is `process` or `container`") for text in ("", "docker")),
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
    *((parse_database_url, text, DATABASE) for text in
      ("", "host", "mysql://h/d", "postgres://", "postgres://h:99999/d", "postgres://u:a b@h/d")),
    *((parse_valkey_url, text, VALKEY) for text in ("", "http://h", "redis://h:0")),
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
    parsers = {setting.parse for setting in CATALOGUE.values()}
    assert parsers <= {row[0] for row in GOOD}
    assert parsers <= {row[0] for row in BAD}


def test_text_that_is_not_unicode_is_refused_by_every_setting() -> None:
    """Bytes of the environment that are not UTF-8 arrive as lone surrogates."""
    for setting in CATALOGUE.values():
        with pytest.raises(ValueError, match="this must be UTF-8 text"):
            parse(setting, "a\udcff-long-enough")


TEXTS = st.text(max_size=300) | st.from_regex(r"[^@]{0,5}@[^@]{0,5}", fullmatch=True)
RULES = {
    "admin.name": accounts.parse_name,
    "admin.email": accounts.parse_email,
    "admin.password": passwords.parse_password,
}


@pytest.mark.parametrize("key", RULES)
@given(text=TEXTS)
def test_what_the_installer_accepts_the_gateway_accepts_too(key: str, text: str) -> None:
    """Otherwise the refusal would come after everything is installed."""
    try:
        value = parse(CATALOGUE[key], text)
    except ValueError:
        return
    plain = value.reveal() if isinstance(value, Secret) else value
    assert isinstance(plain, str)
    assert RULES[key](plain) == plain


@pytest.mark.parametrize("key", [key for key, row in CATALOGUE.items() if row.choices])
def test_every_choice_can_be_chosen(key: str) -> None:
    setting = CATALOGUE[key]
    assert tuple(setting.parse(choice) for choice in setting.choices) == setting.choices


def test_keys_variables_and_prompts_are_unique() -> None:
    for names in (
        [setting.key for setting in FIELDS.values()],
        [setting.variable for setting in FIELDS.values()],
        [setting.prompt for setting in FIELDS.values()],
    ):
        assert len(set(names)) == len(names)


def test_every_row_can_explain_itself() -> None:
    for setting in CATALOGUE.values():
        assert setting.prompt
        assert setting.help.endswith(".")
        assert setting.variable.startswith("MOSAIC_")
        assert isinstance(setting.default, str) or setting.default_note


def test_variables_of_secrets_are_known_with_their_twins() -> None:
    secrets = [setting.variable for setting in CATALOGUE.values() if setting.is_secret]
    assert "MOSAIC_ADMIN_PASSWORD" in secrets
    assert set(SECRET_VARIABLES) == {*secrets, *(f"{name}_FILE" for name in secrets)}


@pytest.mark.parametrize("key", ["gateway.image", "installer.home"])
@pytest.mark.parametrize("text", ["none", " NONE ", ""])
def test_none_is_an_answer_where_a_setting_is_optional(key: str, text: str) -> None:
    assert parse(CATALOGUE[key], text) is None


def test_values_are_shown_as_their_parsers_read_them() -> None:
    shown = [as_text(value) for value in (None, True, False, 8080, "local", Secret("hidden"))]
    assert shown == ["none", "yes", "no", "8080", "local", "«secret»"]
    answers = make_answers(gateway_port=8080)
    assert {key: as_text(value_of(answers, key)) for key in ("tier", "gateway.port")} == {
        "tier": "local",
        "gateway.port": "8080",
    }
