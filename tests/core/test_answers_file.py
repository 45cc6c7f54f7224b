"""answers.toml: written from answers, read back into the same answers, and pleasant to edit."""

import tomllib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import make_answers, make_facts

from mosaic_installer.core.answers import CATALOGUE, Answers
from mosaic_installer.core.questionnaire.kinds import IMAGE, Kind
from mosaic_installer.core.questionnaire.providers import MODEL
from mosaic_installer.core.settling.answers_file import (
    plain_rows,
    rows_of,
    says_exactly,
    secret_rows,
    updated,
    without_rows,
)
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.core.settling.sources import from_toml
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

PASSWORD = "correct-horse-9"
INSTALLED = make_facts({"installation.needs_setup": False}).host
KEPT = tuple(key for key, row in CATALOGUE.items() if row.is_remembered and not row.is_secret)
EMPTY = "# nothing yet\n"


def settled(values: dict[str, str]) -> Answers:
    layer = Layer(values={key: Given(text=text, source="a test") for key, text in values.items()})
    return settle([layer], INSTALLED).answers


def read_back(text: str) -> Answers:
    return settle([from_toml(text, "answers.toml", _no_file)], INSTALLED).answers


def _no_file(path: object) -> str:
    raise FileNotFoundError(2, "No such file or directory")


def test_only_what_was_chosen_is_kept_and_never_a_secret() -> None:
    chosen = frozenset(CATALOGUE) - {"gateway.bind"}
    answers = make_answers(chosen=chosen, gateway_port=8080)
    values = rows_of(answers)
    assert set(values) == set(KEPT) - {"gateway.bind"}
    assert values["gateway.port"] == 8080
    assert values["gateway.image"] == "none"
    assert PASSWORD not in updated(None, values)


def test_a_fresh_file_has_one_row_for_every_setting_that_is_kept() -> None:
    text = updated(None, {"gateway.port": 8080})
    rows = [line for line in text.splitlines() if " = " in line]
    assert [line.removeprefix("# ").partition(" = ")[0] for line in rows] == [
        "schema",
        *(CATALOGUE[key].name for key in KEPT),
    ]
    assert [line for line in rows if not line.startswith("#")] == ["schema = 1", "port = 8080"]
    assert all(CATALOGUE[key].prompt in text for key in KEPT)


def test_defaults_of_a_fresh_file_mean_what_they_show_when_uncommented() -> None:
    lines = updated(None, {}).splitlines()
    own = [key for key in KEPT if isinstance(CATALOGUE[key].default, str)]
    starts = tuple(f"# {CATALOGUE[key].name} = " for key in own)
    notes = {f"# {CATALOGUE[key].name} = {CATALOGUE[key].default_note}" for key in KEPT}
    wanted = [
        line.removeprefix("# ")
        for line in lines
        if line.startswith(("[", *starts)) and line.replace("`", "") not in notes
    ]
    rows = rows_by_key(tomllib.loads("\n".join(wanted)))
    assert {key: str(rows[key]) for key in own} == {key: CATALOGUE[key].default for key in own}


def test_a_fresh_file_is_toml_without_any_value() -> None:
    document = tomllib.loads(updated(None, {}))
    sections = {CATALOGUE[key].section for key in KEPT if "." in key}
    assert document == {"schema": 1, **{section: {} for section in sections}}


def test_comments_and_order_of_the_user_stay() -> None:
    before = (
        "# mine\n\n[admin]\nemail = 'ada@example.org'  # me\n\n"
        "[gateway]\n# why 8080\nport = 8080\nbind = '::1'\n"
    )
    after = updated(before, {"admin.email": "ada@example.org", "gateway.port": 9090})
    assert after == (
        "# mine\n\n[admin]\nemail = 'ada@example.org'  # me\n\n[gateway]\n# why 8080\nport = 9090\n"
    )


def test_a_row_that_begins_to_count_takes_the_place_of_its_comment_and_gives_it_back() -> None:
    fresh = updated(None, {})
    values: dict[str, str | int] = {"tier": "standalone", "gateway.port": 9090}
    chosen = updated(fresh, values)
    assert chosen == updated(None, values)
    assert updated(chosen, {}) == fresh


@pytest.mark.parametrize(
    "text",
    [
        # What looks like our lines, but is a part of somebody's text.
        '[agent]\nname = """\n[gateway]\n# Gateway port. x\n# port = 14242\n"""\n',
        # What somebody wrote below another comment stays without one of ours.
        "[gateway]\n# mine\n# port = 1\n",
    ],
)
def test_only_a_line_of_ours_is_replaced(text: str) -> None:
    after = updated(text, {**plain_rows(text), "gateway.port": 9090})
    assert after.startswith(text)
    assert plain_rows(after) == {**plain_rows(text), "gateway.port": 9090}


def test_a_value_that_is_no_longer_chosen_goes() -> None:
    assert says_exactly(updated("[gateway]\nport = 8080\n", {}), {})


def test_a_secret_that_the_user_wrote_there_is_found_and_taken_out_and_nothing_else() -> None:
    mine = f"[admin]\n# mine\npassword = '{PASSWORD}'\nemail = 'a@b'  # me\n"
    assert secret_rows(mine) == ("admin.password",)
    assert without_rows(mine, secret_rows(mine)) == "[admin]\n# mine\nemail = 'a@b'  # me\n"
    assert updated(mine, {"admin.email": "a@b"}) == mine, "it goes only when it is of no use"
    assert secret_rows("[admin]\npassword_file = '/run/secrets/it'\n") == ()
    assert secret_rows("[admin\n") == ()


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("[gateway]\nport = 8080\n", True),
        ("[gateway]\nport = 8080  # why\n", True),
        ("[gateway]\nport = 8081\n", False),
        ("", False),
        ("[gateway]\nport = 8080\nbind = '::1'\n", False),
        ("[gateway\n", False),
    ],
)
def test_a_file_holds_exactly_the_values(text: str, is_so: bool) -> None:  # noqa: FBT001
    assert says_exactly(text, {"gateway.port": 8080}) is is_so


def test_a_file_with_a_slip_in_it_is_not_overwritten() -> None:
    with pytest.raises(AnswersError, match=r"answers.toml is not valid TOML.*line 2"):
        updated("[gateway]\nport = = 1\n", {"gateway.port": 1})


def _accepted_by(key: str) -> Callable[[str], bool]:
    def is_accepted(text: str) -> bool:
        try:
            settled({key: text})
        except AnswersError:
            return False
        return True

    return is_accepted


WORD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
MODELS = st.from_regex(r"[a-z0-9./:-]{1,20}", fullmatch=True)
ADDRESS = st.from_regex(r"https?://[a-z0-9]{1,9}(:[1-9][0-9]{0,3})?(/[a-z]{1,5})?", fullmatch=True)
IMAGES = st.sampled_from(["a:1", "registry.example.org:5000/a/b:2.3"])


def _any_of(kind: Kind) -> st.SearchStrategy[str]:
    """What a setting of a kind may be given where nothing more is said of it below."""
    match kind.schema:
        case {"type": "integer", "minimum": int(lowest), "maximum": int(highest)}:
            return st.integers(lowest, highest).map(str)
        case _:
            return IMAGES if kind is IMAGE else st.sampled_from(kind.words or kind.examples)


TEXTS: dict[str, st.SearchStrategy[str]] = {key: _any_of(CATALOGUE[key].kind) for key in KEPT}
TEXTS |= {
    "tier": st.sampled_from(["local", "team", "federated"]),
    "gateway.bind": st.ip_addresses().map(str),
    "gateway.hostname": st.from_regex(r"[a-z0-9]{1,9}(\.[a-z0-9]{1,9}){0,2}", fullmatch=True),
    "gateway.cors_origin": WORD.map("http://{}".format).filter(_accepted_by("gateway.cors_origin")),
    "gateway.image": st.just("none") | WORD.filter(_accepted_by("gateway.image")),
    "admin.email": WORD.map("{}@example.org".format).filter(_accepted_by("admin.email")),
    "admin.name": WORD.filter(_accepted_by("admin.name")),
    **{key: MODELS for key in KEPT if CATALOGUE[key].kind is MODEL},
    **{key: ADDRESS for key in KEPT if key.endswith(("_url", ".endpoint", "_issuer"))},
    "providers.ollama_url": st.just("none") | ADDRESS,
    "cluster.portainer_url": ADDRESS.filter(_accepted_by("cluster.portainer_url")),
    "agent.name": WORD.filter(_accepted_by("agent.name")),
    "channels.discord_guild": st.just("none") | st.integers(10**15, 10**19).map(str),
    **{key: WORD.filter(_accepted_by(key)) for key in KEPT if key.endswith("_client_id")},
    "telemetry.enabled": st.sampled_from(["on", "off", "yes", "no"]),
}
CHOICES = st.fixed_dictionaries({}, optional=TEXTS)


@settings(deadline=None)
@given(chosen=CHOICES, before=st.none() | st.just(EMPTY) | CHOICES)
def test_what_is_saved_settles_to_the_same_answers(
    chosen: dict[str, str], before: dict[str, str] | str | None
) -> None:
    text = updated(None, rows_of(settled(before))) if isinstance(before, dict) else before
    answers = settled(chosen)
    saved = updated(text, rows_of(answers))
    assert says_exactly(saved, rows_of(answers))
    assert read_back(saved) == answers
    assert updated(saved, rows_of(answers)) == saved
