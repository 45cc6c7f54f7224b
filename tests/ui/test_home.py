"""The home screen: a state for everything that can be the matter, and the action that fits it."""

from typing import Any

import pytest
from tests.make import FACTS, HOST
from tests.ui.keyboard import CTRL_C, DOWN, ENTER, ESCAPE, UP, Keyboard

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.facts.installation import Installation
from mosaic_installer.core.finding import Remedy, error, warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import CHECKS, identifier
from mosaic_installer.core.preflight.places import PLACES, RESULTS, is_about, places_of
from mosaic_installer.core.settling.chapters import CHAPTERS, TABLES
from mosaic_installer.core.settling.draft import draft_text, parse_draft, parse_dropped
from mosaic_installer.core.settling.interview import sketch
from mosaic_installer.ui.conversation import Back, PanelRow
from mosaic_installer.ui.found import Found
from mosaic_installer.ui.home import best_action, home_view, state_of
from mosaic_installer.ui.prompts import ScreenConversation

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

TALK = ScreenConversation()
TAKEN = replace(
    error("port 14242 is taken", "hint", Remedy(key="gateway.port", text="14243", is_port=True)),
    check="port-is-free",
)


def found(installation: Installation | None = None, **changes: Any) -> Found:
    host = replace(HOST, installation=installation or Installation())
    facts = replace(FACTS, host=host)
    shown = {"findings": (), "version": "0.2.0", **changes}
    return Found(facts=facts, sketch=sketch([], host), **shown)


def whole(**changes: Any) -> Installation:
    known = {"is_present": True, "needs_setup": False, "version": "0.2.0", "tier": "local"}
    return Installation(**{**known, **changes})


def rows_of(looked: Found) -> list[PanelRow]:
    return [row for group in home_view(looked).groups for row in group.rows]


@pytest.mark.parametrize(
    ("looked", "words", "action"),
    [
        (found(), "not installed yet", "Install"),
        (found(has_draft=True), "installation unfinished", "Resume"),
        (found(whole(needs_setup=True)), "installation unfinished", "Resume"),
        (found(whole(), problems=["it is gone"]), "1 problem", "Repair 1 problem"),
        (found(whole(version="0.1.0")), "update available", "Update to 0.2.0"),
        (found(whole(), has_changes=True), "changes not applied yet", "Apply your changes"),
        (found(whole()), "healthy", "Change settings"),
        (found(whole(), findings=[TAKEN]), "1 problem", "Use 14243 for Gateway port"),
        (found(findings=[error("it is full", "")]), "1 problem", "Check again"),
    ],
)
def test_every_state_has_its_words_and_its_action(looked: Found, words: str, action: str) -> None:
    assert state_of(looked).words == words
    best = best_action(looked)
    assert next(row.label for row in rows_of(looked) if row.value == best) == action


def test_a_finding_stands_beside_its_section_and_nothing_there_says_all_is_well() -> None:
    looked = found(findings=[TAKEN, replace(warning("it is small", "see"), check="disk-is-enough")])
    rows = rows_of(looked)
    gateway = next(row for row in rows if row.label == "Gateway")
    assert gateway.tone == "error"
    assert gateway.notes == (("port 14242 is taken", "error"),)
    assert [row.notes for row in rows if row.label == "it is small"] == [(("see", "quiet"),)]
    assert not any(row.label in {"Install", "Resume"} for row in rows), "it would fail"


def test_hints_for_those_who_type_commands_are_left_to_them() -> None:
    looked = found(findings=[replace(error("full", "use `--ignore it`"), check="disk-is-enough")])
    assert all("--" not in note for row in rows_of(looked) for note, _ in row.notes)


def test_every_place_is_one_and_every_check_that_names_one_exists() -> None:
    checks = {identifier(check) for check in CHECKS}
    assert {*PLACES, *RESULTS} <= checks
    assert all(place in CATALOGUE or place in TABLES for place in PLACES.values())
    for place in PLACES.values():
        assert any(is_about(place, chapter.tables) for chapter in CHAPTERS), place
    assert places_of(TAKEN, ()) == ("gateway.port",)


def test_secrets_of_an_interrupted_run_are_named_and_not_kept() -> None:
    text = draft_text({"admin.email": "a@example.org"}, ["providers.zai_api_key", "admin.password"])
    assert parse_draft(text) == {"admin.email": "a@example.org"}
    assert parse_dropped(text) == ("providers.zai_api_key", "admin.password")
    for damaged in ("entered_again = 3", 'entered_again = ["admin.email", 3]', "= ="):
        assert parse_dropped(damaged) == ()


def test_a_panel_is_gone_when_a_row_is_chosen(person: Keyboard) -> None:
    person.types(UP, UP, DOWN, ENTER)
    looked = found()
    assert TALK.panel(home_view(looked), best_action(looked)) == "telemetry"
    assert person.shown.rindex("\x1b[J") > person.shown.rindex("Leave")


def test_escape_goes_back_from_a_panel_and_ctrl_c_leaves_it(person: Keyboard) -> None:
    person.types(ESCAPE)
    with pytest.raises(Back):
        TALK.panel(home_view(found()), can_go_back=True)
    person.types(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        TALK.panel(home_view(found()))


def test_a_person_reads_the_names_of_settings_and_no_variables() -> None:
    told = "MOSAIC_DATABASE_URL and zai.api_key, providers.zai_api_key to api.example.org"
    looked = found(findings=[error(told, "")])
    said = next(row.label for row in rows_of(looked) if "api.example.org" in row.label)
    assert said == "External PostgreSQL URL and zai.api_key, Z.AI API key to api.example.org"
