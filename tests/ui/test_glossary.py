"""What the words mean: a key away where they are met; and every answer has a word beside it."""

import re

import pytest
from tests.ui.keyboard import DOWN, ENTER, ESCAPE, Keyboard

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.tiers import TIERS
from mosaic_installer.ui.conversation import EXPLAIN, Page, View, view_of_choices
from mosaic_installer.ui.glossary import GLOSSARY, TERMS
from mosaic_installer.ui.plain import PlainConversation
from mosaic_installer.ui.prompts import ScreenConversation
from mosaic_installer.ui.questions import ask_setting, choices_of

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

TIER = CATALOGUE["tier"]
TALK = ScreenConversation()
LINES = 24  # of the window
LONG = Page(title="A log", lines=("it begins", *"=" * 3 * LINES, "it ends"))


def tiers() -> View:
    return view_of_choices("Tier", "", choices_of(TIER), GLOSSARY)


def test_the_glossary_is_short_and_plain() -> None:
    assert len(TERMS) <= 10
    for word, sentence in TERMS.items():
        assert re.fullmatch(r"[A-Z][^.]*\.", sentence), f"{word}: one sentence"
        assert len(sentence) <= 125, word
    assert all(f"`{tier}`" in TERMS["tier"] for tier in TIERS)


def test_every_answer_there_is_says_in_a_line_what_it_is_good_for() -> None:
    for key, setting in CATALOGUE.items():
        if setting.kind.words not in {(), ("yes", "no")}:
            hints = setting.kind.hints.values()
            assert all(0 < len(hint) <= 62 for hint in hints), key


def test_a_key_explains_the_words_and_leads_back_to_the_same_row(person: Keyboard) -> None:
    person.types(DOWN, EXPLAIN)
    person.types_on(GLOSSARY.title, ESCAPE)
    person.types_on("\x1b[?25h", ENTER)
    assert TALK.panel(tiers()) == "standalone"
    assert TERMS["agent"][:30] in person.shown
    assert "one person; needs" in person.shown


def test_a_question_explains_its_words_as_well(person: Keyboard) -> None:
    person.types(EXPLAIN)
    person.types_on(GLOSSARY.title, "q", DOWN, ENTER)
    assert ask_setting(TALK, TIER, "local") == "standalone"


def test_a_long_page_is_scrolled_and_leaves_nothing_behind(person: Keyboard) -> None:
    person.types_on("it begins", " " * 4)
    person.types_on("it ends", ENTER)
    TALK.page(LONG)
    assert "↑↓ scroll" in person.shown
    assert person.shown.rindex("\x1b[J") > person.shown.rindex("Esc goes back")


def test_in_plain_lines_the_same_key_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter([EXPLAIN, "3"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
    assert PlainConversation().panel(tiers()) == "federated"
    said = capsys.readouterr().err
    assert "1. local: one person; needs" in said
    assert "? explains the words." in said
    assert f"\nagent: {TERMS['agent']}\n" in said


def test_where_nothing_is_explained_the_key_means_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter([EXPLAIN, "2"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
    plain = PlainConversation()
    assert plain.panel(view_of_choices("Tier", "", choices_of(TIER))) == "standalone"
    assert "type a number from 1 to 3" in capsys.readouterr().err
