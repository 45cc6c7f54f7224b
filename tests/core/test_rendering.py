"""Quoting: whatever a value holds, the program that reads the file gets exactly that value."""

import io
import json
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from tests.make import make_answers, make_facts, make_gateway

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.rendering import (
    quote_dotenv,
    quote_json,
    quote_unit,
    quote_unit_path,
    render,
)

pytestmark = pytest.mark.unit

AWKWARD = [
    "",
    " leading and trailing ",
    "it's",
    '"quoted"',
    "$HOME ${HOME} $$",
    "back\\slash \\' \\n",
    "ends with \\",
    "# no comment",
    "a=b;c",
    "größe 東京 🚀",
    "%h %%",
]
# A line break cannot be typed into any setting; everything else may come.
ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


def through_dotenv(value: object) -> str | None:
    text = f"BEFORE=1\nNAME={quote_dotenv(value)}\nAFTER=2\n"
    read = dotenv_values(stream=io.StringIO(text), interpolate=False)
    assert (read["BEFORE"], read["AFTER"]) == ("1", "2")
    return read["NAME"]


@pytest.mark.parametrize("value", AWKWARD)
def test_dotenv_gives_back_awkward_values(value: str) -> None:
    assert through_dotenv(value) == value


@given(ANYTHING)
def test_dotenv_gives_back_any_line(value: str) -> None:
    assert through_dotenv(value) == value


@given(st.text() | st.integers() | st.booleans() | st.none())
def test_json_gives_back_anything(value: object) -> None:
    assert json.loads(quote_json(value)) == value


def test_json_takes_paths_and_keeps_letters_readable() -> None:
    assert quote_json(Path("/srv/größe")) == '"/srv/größe"'


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("/srv/my home", '"/srv/my home"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("$HOME %h", '"$$HOME %%h"'),
    ],
)
def test_a_word_of_a_unit_is_quoted_as_systemd_reads_it(value: str, quoted: str) -> None:
    assert quote_unit(value) == quoted


def test_a_path_that_is_a_whole_value_of_a_unit_only_doubles_percent_signs() -> None:
    assert quote_unit_path(Path("/srv/100% mine")) == "/srv/100%% mine"


def test_a_template_that_misses_a_name_is_an_error() -> None:
    with pytest.raises(TypeError, match="answers"):
        render("config/mosaic.config.json", facts=make_facts())


def test_templates_end_with_one_line_break() -> None:
    text = render(
        "config/mosaic.config.json",
        answers=make_answers(),
        facts=make_facts(),
        sections={"a": 1},
        servers={},
        secrets=Path(),
    )
    assert text.endswith("\n}\n")


def test_every_template_mirrors_what_it_renders() -> None:
    folder = Path(__file__).parents[2] / "templates"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "config/compose/jaeger/config.yaml.j2",
        "config/compose/otel-collector/config.yaml.j2",
        "config/compose/step-ca/ca.json.j2",
        "config/compose/step-ca/start.sh.j2",
        "config/compose/step-ca/x509.tpl.j2",
        "config/mosaic.config.json.j2",
        "config/gateway/.env.j2",
        "config/gateway/meta.json.j2",
        "image/Dockerfile.j2",
        "systemd/mosaic-gateway.service.j2",
    }


@pytest.mark.parametrize("value", AWKWARD[1:])
def test_rendered_files_give_back_awkward_homes(value: str) -> None:
    facts = make_facts(layout=Layout.under(Path("/srv") / value))
    answers, gateway = make_answers(), make_gateway(layout=facts.host.layout)
    files = {"MOSAIC_SESSION_SECRET_FILE": facts.host.layout.session_secret}
    values = {"answers": answers, "facts": facts, "gateway": gateway, "secret_variables": files}
    values |= {"sections": {"agent": {"name": value}}, "listen": "127.0.0.1"}
    values |= {"servers": {}, "secrets": Path()}
    config = json.loads(render("config/mosaic.config.json", **values))
    assert config["storage"]["path"] == str(facts.host.layout.database)
    assert config["agent"] == {"name": value}
    environment = io.StringIO(render("config/gateway/.env", **values))
    read = dotenv_values(stream=environment, interpolate=False)
    assert read["MOSAIC_SESSION_SECRET_FILE"] == str(facts.host.layout.session_secret)
