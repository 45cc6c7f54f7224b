"""How answers are settled: who wins, what is asked, and what is said when something is missing."""

from collections.abc import Mapping

import pytest
from tests.make import HOST, make_facts

from mosaic_installer.core.answers import CATALOGUE, value_of
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.interview import (
    ASKED,
    CORRECT,
    DEFAULT,
    Given,
    Layer,
    Settled,
    nearest,
    settle,
    sketch,
)
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

DASHBOARD = {"web.image": "registry.example.org/web:1"}
ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
INSTALLED = make_facts({"installation.needs_setup": False}).host


def layer(values: Mapping[str, str], source: str = "a test") -> Layer:
    return Layer(values={key: Given(text=text, source=source) for key, text in values.items()})


def settled(*layers: Layer, host: Host = INSTALLED) -> Settled:
    return settle(layers, host)


def test_the_strongest_source_wins_and_is_remembered() -> None:
    rows = [layer({"gateway.port": str(port)}, f"source {port}") for port in (1, 2, 3)]
    found = settled(*rows)
    assert found.answers.gateway.port == 1
    assert found.sources["gateway.port"] == "source 1"


def test_a_weaker_source_fills_what_the_stronger_leaves_open() -> None:
    found = settled(layer({"gateway.port": "1"}, "x"), layer({"gateway.bind": "::1"}, "y"))
    assert (found.answers.gateway.port, found.answers.gateway.bind) == (1, "::1")
    assert (found.sources["gateway.port"], found.sources["gateway.bind"]) == ("x", "y")


def test_without_any_source_everything_but_the_administrator_has_a_default() -> None:
    found = settled()
    answers = found.answers
    assert (answers.tier, answers.gateway.port, answers.gateway.bind) == (
        "local",
        14242,
        "127.0.0.1",
    )
    assert (answers.gateway.cors_origin, answers.gateway.runtime) == (None, "process")
    assert (answers.admin.email, answers.admin.name, answers.admin.password) == (None, None, None)
    assert set(found.sources.values()) == {DEFAULT}
    assert answers.chosen == frozenset()


def test_an_explicit_value_equal_to_the_default_is_still_chosen() -> None:
    assert settled(layer({"gateway.port": "14242"})).answers.chosen == {"gateway.port"}


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        ({"tier": "standalone"}, "gateway.runtime", "container"),
        ({"admin.email": "bob@example.org"}, "admin.name", "bob"),
    ],
)
def test_a_default_follows_earlier_answers(given: dict[str, str], key: str, value: str) -> None:
    assert value_of(settled(layer(given)).answers, key) == value


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ({}, None),
        ({"web.image": ""}, None),
        ({"tier": "local"}, None),
        ({"gateway.cors_origin": "none"}, None),
        ({"gateway.cors_origin": "https://a.example"}, "https://a.example"),
        (DASHBOARD, "http://localhost:3000,http://127.0.0.1:3000"),
        ({**DASHBOARD, "gateway.bind": "::"}, "http://localhost:3000"),
        ({**DASHBOARD, "gateway.bind": "192.0.2.7"}, "http://localhost:3000,http://192.0.2.7:3000"),
        (
            {**DASHBOARD, "gateway.hostname": "m.example"},
            "http://m.example:3000,http://127.0.0.1:3000",
        ),
        (
            {**DASHBOARD, "gateway.hostname": "::1", "gateway.bind": "::", "web.port": "8080"},
            "http://[::1]:8080",
        ),
        ({**DASHBOARD, "web.port": "80"}, "http://localhost,http://127.0.0.1"),
        ({**DASHBOARD, "tier": "local"}, None),
        ({**DASHBOARD, "gateway.cors_origin": "none"}, None),
        ({**DASHBOARD, "gateway.cors_origin": "http://localhost:3000"}, "http://localhost:3000"),
    ],
)
def test_only_an_installed_dashboard_is_trusted_unasked(
    given: dict[str, str], origins: str | None
) -> None:
    answers = settled(layer({"tier": "standalone", **given})).answers
    assert answers.gateway.cors_origin == origins


def test_the_old_name_of_a_tier_is_understood_and_said() -> None:
    found = settled(layer({"tier": "Team"}, "MOSAIC_STORAGE_TIER"))
    assert found.answers.tier == "standalone"
    assert found.deprecations == (
        "MOSAIC_STORAGE_TIER: `Team` is the old name of tier `standalone`",
    )
    assert settled(layer({"tier": "standalone"})).deprecations == ()


def test_none_takes_back_what_a_weaker_source_chose() -> None:
    found = settled(layer({"gateway.image": "none"}), layer({"gateway.image": "mine:1"}))
    assert found.answers.gateway.image is None
    assert "gateway.image" in found.answers.chosen


def missing(*layers: Layer, host: Host) -> list[str]:
    return [setting.key for setting in sketch(layers, host).missing]


def test_the_administrator_is_missing_when_the_gateway_has_none() -> None:
    assert missing(host=HOST) == ["admin.email", "admin.password"]
    typed = layer(ADMIN, ASKED)
    assert missing(typed, host=HOST) == []
    found = settled(typed, host=HOST)
    assert found.answers.admin.password == Secret("correct-horse-9")
    assert found.answers.admin.name == "ada"
    assert found.sources["admin.email"] == ASKED


def test_an_administrator_who_exists_is_not_missing() -> None:
    assert missing(host=INSTALLED) == []


def test_who_begins_anew_is_asked_for_an_administrator() -> None:
    assert missing(Layer(begins_anew=True), host=INSTALLED) == ["admin.email", "admin.password"]
    found = settled(Layer(begins_anew=True), layer(ADMIN))
    assert found.answers.begins_anew
    assert not settled(layer(ADMIN)).answers.begins_anew


def test_what_is_given_is_not_missing() -> None:
    given = layer({"admin.email": "bob@example.org"})
    assert missing(given, host=HOST) == ["admin.password"]


def test_everything_missing_is_said_at_once_with_what_would_settle_it() -> None:
    with pytest.raises(AnswersError) as refused:
        settled(host=HOST)
    assert refused.value.message == (
        "2 settings need you:"
        "\n  - admin.email is missing: set MOSAIC_ADMIN_EMAIL, or give `--set admin.email=…`"
        "\n  - admin.password is missing: set MOSAIC_ADMIN_PASSWORD, "
        "or MOSAIC_ADMIN_PASSWORD_FILE to a file that holds it"
    )
    assert refused.value.hint == (
        "`mosaic config explain admin.email` says what that setting accepts; "
        "the same goes for the others"
    )


def test_everything_wrong_is_said_at_once_before_anything_is_asked() -> None:
    wrong = layer({"gateway.port": "0", "gateway.bind": "here", "admin.password": "short"}, "X")
    with pytest.raises(AnswersError) as refused:
        sketch([Layer(problems=("a problem of reading",)), wrong], HOST)
    assert refused.value.message == (
        "4 settings need you:"
        "\n  - a problem of reading"
        "\n  - X: `0`: a port is a number between 1 and 65535"
        "\n  - X: `here`: an address to listen on is an IP, such as 127.0.0.1 or ::1"
        "\n  - X: a password has 8 to 128 characters"
    )


def test_what_is_wrong_and_what_is_missing_are_said_together() -> None:
    with pytest.raises(AnswersError) as refused:
        settled(layer({"gateway.port": "0", "admin.email": "nobody"}, "X"), host=HOST)
    said = refused.value.message
    assert said.startswith("3 settings need you:")
    assert "X: `0`: a port" in said
    assert "X: `nobody`: an e-mail address" in said
    assert "admin.email is missing" not in said
    assert "admin.password is missing" in said


def test_one_problem_is_a_sentence_of_its_own() -> None:
    with pytest.raises(AnswersError) as refused:
        settled(layer({"gateway.port": "70000"}, "MOSAIC_GATEWAY_PORT"))
    assert refused.value.message == (
        "MOSAIC_GATEWAY_PORT: `70000`: a port is a number between 1 and 65535"
    )
    assert refused.value.hint == (
        "`mosaic config explain gateway.port` says what that setting accepts"
    )


def test_what_is_about_no_answer_hints_at_no_setting() -> None:
    with pytest.raises(AnswersError) as refused:
        sketch([Layer(problems=("a file cannot be read",))], HOST)
    assert (refused.value.message, refused.value.hint) == ("a file cannot be read", CORRECT)


def test_a_weaker_source_that_is_overruled_may_be_wrong() -> None:
    found = settled(layer({"gateway.port": "1"}), layer({"gateway.port": "abc"}))
    assert found.answers.gateway.port == 1


def test_a_derived_default_that_cannot_be_is_said_with_its_setting() -> None:
    with pytest.raises(
        AnswersError, match=r"the default of admin\.name .*a name has at most 200 characters"
    ):
        settled(layer({"admin.email": "a" * 240 + "@example.org"}))


def test_bytes_that_are_no_text_are_refused_and_can_be_shown() -> None:
    with pytest.raises(AnswersError) as refused:
        settled(layer({"admin.name": "Ad\udcff"}, "MOSAIC_ADMIN_NAME"))
    assert refused.value.message == "MOSAIC_ADMIN_NAME: `Ad?`: this must be UTF-8 text"


def test_a_given_secret_does_not_show_in_its_layer() -> None:
    assert "correct-horse-9" not in repr(layer(ADMIN))


def test_every_setting_has_a_source() -> None:
    assert list(settled().sources) == list(CATALOGUE)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gateway.prot", "; did you mean `gateway.port`?"),
        ("port", "; did you mean `gateway.port`?"),
        ("zzz", ""),
    ],
)
def test_a_misspelt_name_is_told_its_neighbour(name: str, said: str) -> None:
    assert nearest(name, list(CATALOGUE)) == said
