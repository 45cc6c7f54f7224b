"""Each row of the questionnaire: what its answers are, when it counts, what it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.make import make_answers

from mosaic_gateway.accounts import passwords, users
from mosaic_installer.core.answers import (
    CATALOGUE,
    KEPT_SECRETS,
    ROWS,
    SECRET_VARIABLES,
    as_text,
    value_of,
    values_of,
)
from mosaic_installer.core.questionnaire.conditions import AnyOf, Is, WithAny
from mosaic_installer.core.questionnaire.kinds import (
    YES_NO,
)
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.interview import parse

pytestmark = pytest.mark.unit


def test_text_that_is_not_unicode_is_refused_by_every_setting() -> None:
    """Bytes of the environment that are not UTF-8 arrive as lone surrogates."""
    for setting in CATALOGUE.values():
        with pytest.raises(ValueError, match="this must be UTF-8 text"):
            parse(setting, "a\udcff-long-enough")


TEXTS = st.text(max_size=300) | st.from_regex(r"[^@]{0,5}@[^@]{0,5}", fullmatch=True)
RULES = {
    "admin.name": users.parse_name,
    "admin.email": users.parse_email,
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


def test_keys_variables_and_prompts_are_unique() -> None:
    for names in (
        [setting.key for _place, setting in ROWS],
        [setting.variable for _place, setting in ROWS],
        [setting.prompt for _place, setting in ROWS],
    ):
        assert len(set(names)) == len(names)


def test_every_row_can_explain_itself() -> None:
    for setting in CATALOGUE.values():
        assert setting.prompt
        assert setting.help.endswith(".")
        assert setting.variable.startswith(("MOSAIC_", "OTEL_"))
        assert isinstance(setting.default, str) or setting.default_note


def test_variables_of_secrets_are_known_with_their_twins() -> None:
    secrets = [setting.variable for setting in CATALOGUE.values() if setting.is_secret]
    assert "MOSAIC_ADMIN_PASSWORD" in secrets
    assert set(SECRET_VARIABLES) == {*secrets, *(f"{name}_FILE" for name in secrets)}


def test_kept_secrets_have_names_of_their_own() -> None:
    names = [setting.name for setting in KEPT_SECRETS]
    assert "openai_api_key" in names
    assert "password" not in names
    assert len(set(names)) == len(names)


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


def test_conditions_name_settings_and_values_that_there_are() -> None:
    for setting in CATALOGUE.values():
        several = [each.conditions if isinstance(each, AnyOf) else (each,) for each in setting.when]
        for condition in (each for conditions in several for each in conditions):
            keys = condition.keys if isinstance(condition, WithAny) else (condition.key,)
            assert setting.key not in keys
            for wanted in map(CATALOGUE.__getitem__, keys):
                if isinstance(condition, Is):
                    assert set(condition.values) < set(wanted.kind.words)
                else:
                    assert wanted.is_optional or wanted.kind is YES_NO


@pytest.mark.parametrize(
    ("key", "given", "counts"),
    [
        ("routing.cheap", {}, False),
        ("routing.cheap", {"providers_zai_api_key": Secret("k")}, True),
        ("authority.port", {"tier": "standalone"}, False),
        ("authority.port", {"tier": "federated"}, True),
        ("telemetry.jaeger_port", {"tier": "standalone", "telemetry_enabled": True}, True),
        ("telemetry.jaeger_port", {"tier": "local", "telemetry_enabled": True}, False),
        ("telemetry.jaeger_port", {"tier": "standalone"}, False),
        ("telemetry.jaeger_port", {"tier": "standalone", "telemetry_enabled": True,
                                   "telemetry_endpoint": "http://h:1"}, False),
        ("channels.discord_url", {"channels_discord_bot_token": Secret("t")}, True),
        ("gateway.port", {}, True),
        ("gateway.hostname", {}, False),
        ("gateway.hostname", {"tier": "standalone"}, False),
        ("gateway.hostname", {"tier": "standalone", "web_image": "dashboard:1"}, True),
        ("gateway.hostname", {"tier": "federated"}, True),
        ("gateway.hostname", {"sign_on_keycloak_issuer": "https://id.example"}, True),
    ],
)  # fmt: skip
def test_a_setting_counts_where_its_conditions_are_met(
    key: str, given: dict[str, object], *, counts: bool
) -> None:
    assert CATALOGUE[key].counts(values_of(make_answers(**given))) == counts


def test_conditions_are_said_in_a_sentence() -> None:
    port = CATALOGUE["gateway.port"]
    assert port.meaning == f"{port.help} {port.kind.accepts}"
    assert (
        "Only with tier `federated` or with `web.image` or with single sign-on. "
        in CATALOGUE["gateway.hostname"].meaning
    )
    assert (
        "Only with tier `standalone` or `federated` and with `telemetry.enabled` and without "
        "`telemetry.endpoint`. " in CATALOGUE["telemetry.jaeger_port"].meaning
    )
