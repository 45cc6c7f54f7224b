"""The sheet a person fills in, its chapters and the draft of it."""

import pytest
from tests.make import HOST

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.facts.installation import Installation
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.settling.chapters import (
    CHAPTERS,
    TABLES,
    chosen_settings,
    is_offered,
    mark,
    questions_of,
    settings_of,
    summary,
)
from mosaic_installer.core.settling.draft import SOURCE, draft_text, parse_draft, remembered_draft
from mosaic_installer.core.settling.interview import ASKED, Given, Layer
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

BY_NAME = {chapter.name: chapter for chapter in CHAPTERS}


def sheet(*, given: dict[str, str] | None = None, offered: dict[str, str] | None = None) -> Sheet:
    values = {key: Given(text=text, source="--set") for key, text in (given or {}).items()}
    return Sheet([Layer(values=values)], HOST, offered)


def test_every_setting_is_in_one_chapter_of_the_menu() -> None:
    tables = [table for chapter in CHAPTERS for table in chapter.tables]
    assert len(tables) == len(set(tables))
    remembered = {row.section for row in CATALOGUE.values() if row.is_remembered}
    assert remembered == TABLES == set(tables)
    assert all(key in CATALOGUE for chapter in CHAPTERS for key in chapter.shown)


def test_what_nobody_answered_is_missing_until_it_is_typed() -> None:
    page = sheet()
    assert [row.key for row in page.look().missing] == ["admin.email", "admin.password"]
    assert mark(BY_NAME["admin"], page.look()) == "needs you"
    page.put("admin.email", "ada@example.org")
    page.put("admin.password", "correct-horse-9")
    assert page.look().missing == ()
    assert page.look().settled.sources["admin.email"] == ASKED
    assert mark(BY_NAME["admin"], page.look()) == "settled"


def test_what_is_typed_wins_over_what_was_given_and_can_be_taken_back() -> None:
    page = sheet(given={"gateway.port": "15000"})
    page.put("gateway.port", "16000")
    assert page.offer("gateway.port") == "16000"
    page.take_back("gateway.port")
    assert page.offer("gateway.port") == "15000"


def test_what_was_taken_back_is_offered_again_but_no_secret_is() -> None:
    page = sheet()
    page.put("admin.email", "ada@example.org")
    page.put("admin.password", "correct-horse-9")
    for key in ("admin.email", "admin.password"):
        page.take_back(key)
    assert page.offer("admin.email") == "ada@example.org"
    assert page.offer("admin.password") == ""


def test_an_answer_that_will_not_do_is_not_noted() -> None:
    page = sheet()
    with pytest.raises(AnswersError, match="a port is a number"):
        page.put("gateway.port", "70000")
    assert page.typed == {}
    assert page.offer("gateway.port") == "14242"


def test_secrets_are_no_part_of_what_was_typed() -> None:
    page = sheet()
    page.put("admin.password", "correct-horse-9")
    page.put("gateway.port", "16000")
    assert page.typed == {"gateway.port": "16000"}


def test_a_chapter_says_its_values_in_short_and_no_secret() -> None:
    page = sheet(given={"gateway.hostname": "m.example", "providers.openai_api_key": "sk-abcdef12"})
    settled = page.look().settled
    assert summary(BY_NAME["gateway"], settled) == "14242, m.example"
    assert summary(BY_NAME["providers"], settled) == "OpenAI API key given"
    assert summary(BY_NAME["channels"], settled) == "none"
    assert mark(BY_NAME["channels"], page.look()) == "default"


def test_containers_are_no_matter_of_a_tier_without_any() -> None:
    local = sheet().look().settled
    assert [row.key for row in settings_of(BY_NAME["storage"], local)] == ["tier"]
    assert "gateway.image" not in [row.key for row in settings_of(BY_NAME["gateway"], local)]
    standalone = sheet(given={"tier": "standalone"}).look().settled
    keys = [row.key for row in settings_of(BY_NAME["storage"], standalone)]
    assert {"storage.postgres_port", "images.valkey"} <= set(keys)
    assert not {"images.step_ca", "images.jaeger"} & set(keys)
    federated = sheet(given={"tier": "federated"}).look().settled
    assert "images.step_ca" in [row.key for row in settings_of(BY_NAME["storage"], federated)]


def test_what_the_gateway_does_not_use_yet_is_not_in_the_menu_unless_it_is_given() -> None:
    unused = {"channels", "sign-on"}

    def offered(**given: str) -> set[str]:
        settled = sheet(given={key.replace("__", "."): text for key, text in given.items()})
        return {row.name for row in CHAPTERS if is_offered(row, settled.look().settled)}

    usual = set(BY_NAME) - unused - {"routing"}
    assert offered() == usual
    assert offered(channels__discord_guild="123456789012345678") == usual | {"channels"}
    assert offered(providers__ollama_url="http://127.0.0.1:11434") == usual | {"routing"}
    image = {"tier": "standalone", "gateway__image": "registry.example.org/gateway:1"}
    assert offered(**image) == set(BY_NAME) - {"routing"}
    assert "Not used by the embedded gateway yet" in CATALOGUE["channels.discord_guild"].told
    assert "Not used" not in CATALOGUE["gateway.port"].told


def test_what_nobody_turned_on_has_no_details() -> None:
    off = sheet().look().settled
    keys = [row.key for row in settings_of(BY_NAME["providers"], off)]
    assert keys == [row.key for row in PROVIDERS]
    given = {
        "providers.zai_api_key": "zai-abcdef12",
        "agent.name": "Ada",
        "telemetry.enabled": "on",
    }
    on = sheet(given=given).look().settled
    assert "providers.zai_model" in [row.key for row in settings_of(BY_NAME["providers"], on)]
    assert "providers.openai_model" not in [
        row.key for row in settings_of(BY_NAME["providers"], on)
    ]
    assert "telemetry.endpoint" in [row.key for row in settings_of(BY_NAME["telemetry"], on)]


def test_the_administrator_is_asked_about_only_while_there_is_none() -> None:
    settled = sheet().look().settled
    is_first, is_later = HOST, replace(HOST, installation=Installation(needs_setup=False))
    assert [row.name for row in questions_of(BY_NAME["admin"], settled, is_first)] == [
        "email",
        "name",
        "password",
    ]
    assert not list(questions_of(BY_NAME["admin"], settled, is_later))


def test_the_review_lists_what_somebody_chose_and_where() -> None:
    page = sheet(given={"gateway.port": "15000", "admin.password": "correct-horse-9"})
    rows = [(row.key, value, source) for row, value, source in chosen_settings(page.look().settled)]
    assert rows == [("gateway.port", "15000", "--set"), ("admin.password", "given", "--set")]


def test_a_draft_comes_back_as_it_was_kept() -> None:
    values = {"tier": "local", "admin.email": "ada@example.org", "admin.name": 'Ада "李" \\ Löwe'}
    assert parse_draft(draft_text(values)) == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not TOML at all",
        "[gateway",
        'gateway.port = "99999"',
        'nothing.here = "1"',
        'admin.password = "correct-horse-9"',
        "gateway.port = 15000",
        "\x00",
    ],
)
def test_a_damaged_draft_is_no_reason_to_stop(text: str) -> None:
    assert parse_draft(text) == {}


def test_a_draft_settles_what_is_not_asked_anyway() -> None:
    values = {"gateway.port": "15000", "admin.email": "ada@example.org"}
    layer = remembered_draft(values, frozenset({"admin.email"}))
    assert layer == Layer(values={"gateway.port": Given(text="15000", source=SOURCE)})
