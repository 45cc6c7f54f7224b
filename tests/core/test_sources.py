"""The sources of answers: the command line, the environment, and answers files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mosaic_installer.core.settling.interview import Layer
from mosaic_installer.core.settling.sources import from_environment, from_pairs, from_toml
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

FILES = {
    "/run/password": "correct-horse-9\n",
    "/run/dos": "correct-horse-9\r\n",
    "/run/lines": "first line\nsecond\n\n",
}


def read(path: Path) -> str:
    if path.name == "binary":
        b"\xff".decode()
    if str(path) not in FILES:
        raise FileNotFoundError(2, "No such file or directory", str(path))
    return FILES[str(path)]


def texts(layer: Layer) -> dict[str, str]:
    return {key: given.text for key, given in layer.values.items()}


def sources(layer: Layer) -> dict[str, str]:
    return {key: given.source for key, given in layer.values.items()}


def pairs(*words: str) -> Layer:
    return from_pairs(words, read)


def environment(variables: Mapping[str, str]) -> Layer:
    return from_environment(variables, read)


def toml(text: str) -> Layer:
    return from_toml(text, "mine.toml", read)


def test_pairs_give_values_and_say_where_they_came_from() -> None:
    layer = pairs("gateway.port=8080", "gateway.cors_origin=http://a=b")
    assert texts(layer) == {"gateway.port": "8080", "gateway.cors_origin": "http://a=b"}
    assert sources(layer)["gateway.port"] == "--set gateway.port"
    assert layer.problems == ()


def test_pairs_are_named_as_they_were_typed() -> None:
    words = ("gateway.port=8080", "admin.password_file=/run/none")
    layer = from_pairs(words, read, typed_after="")
    assert sources(layer) == {"gateway.port": "gateway.port"}
    (problem,) = layer.problems
    assert problem.startswith("admin.password_file: cannot read `/run/none`: ")


def test_the_last_of_two_pairs_counts() -> None:
    assert texts(pairs("gateway.port=1", "gateway.port=2")) == {"gateway.port": "2"}


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("gateway.port", "`--set gateway.port` wants the form `key=value`"),
        (
            "gateway.prot=1",
            "--set gateway.prot: there is no such setting; did you mean `gateway.port`?",
        ),
        (
            "admin.password=correct-horse-9",
            (
                "`--set admin.password` would show a secret to every user of this machine; set "
                "MOSAIC_ADMIN_PASSWORD, or give `--set admin.password_file=PATH`"
            ),
        ),
        (
            "admin.password_file=/run/none",
            "--set admin.password_file: cannot read `/run/none`: No such file or directory",
        ),
        (
            "gateway.port_file=/run/password",
            "--set gateway.port_file: there is no such setting; did you mean `gateway.port`?",
        ),
    ],
)
def test_a_pair_is_refused_with_a_sentence(word: str, problem: str) -> None:
    layer = pairs(word, "gateway.bind=::1")
    assert layer.problems == (problem,)
    assert texts(layer) == {"gateway.bind": "::1"}


def test_a_pair_can_say_that_there_is_to_be_no_secret() -> None:
    assert texts(pairs("providers.openai_api_key=none")) == {"providers.openai_api_key": "none"}
    (problem,) = pairs("admin.password=none").problems
    assert "would show a secret" in problem


def test_a_pair_can_name_the_file_of_a_secret() -> None:
    layer = pairs("admin.password_file=/run/password")
    assert texts(layer) == {"admin.password": "correct-horse-9"}
    assert sources(layer) == {"admin.password": "--set admin.password_file"}


def test_variables_give_values_and_an_empty_one_counts_as_not_set() -> None:
    layer = environment(
        {"MOSAIC_GATEWAY_PORT": "8080", "MOSAIC_HOSTNAME": "", "HOSTNAME": "m", "MOSAIC_X": "y"}
    )
    assert texts(layer) == {"gateway.port": "8080"}
    assert sources(layer) == {"gateway.port": "MOSAIC_GATEWAY_PORT"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/run/password", "correct-horse-9"),
        ("/run/dos", "correct-horse-9"),
        ("/run/lines", "first line\nsecond\n"),
    ],
)
def test_the_twin_of_a_secret_names_a_file_without_its_last_line_break(
    path: str, text: str
) -> None:
    layer = environment({"MOSAIC_ADMIN_PASSWORD_FILE": path})
    assert texts(layer) == {"admin.password": text}
    assert sources(layer) == {"admin.password": "MOSAIC_ADMIN_PASSWORD_FILE"}


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {"MOSAIC_ADMIN_PASSWORD": "a", "MOSAIC_ADMIN_PASSWORD_FILE": "/run/password"},
            "MOSAIC_ADMIN_PASSWORD and MOSAIC_ADMIN_PASSWORD_FILE are both set; unset one of them",
        ),
        (
            {"MOSAIC_ADMIN_PASSWORD_FILE": "/run/none"},
            "MOSAIC_ADMIN_PASSWORD_FILE: cannot read `/run/none`: No such file or directory",
        ),
        (
            {"MOSAIC_ADMIN_PASSWORD_FILE": "/run/binary"},
            "MOSAIC_ADMIN_PASSWORD_FILE: `/run/binary` is not UTF-8 text",
        ),
    ],
)
def test_a_variable_is_refused_with_a_sentence(variables: dict[str, str], problem: str) -> None:
    layer = environment(variables | {"MOSAIC_GATEWAY_PORT": "1"})
    assert layer.problems == (problem,)
    assert texts(layer) == {"gateway.port": "1"}


def test_only_secrets_have_twins() -> None:
    assert environment({"MOSAIC_GATEWAY_PORT_FILE": "/run/password"}) == Layer()


def test_an_answers_file_gives_values_of_every_kind() -> None:
    layer = toml(
        'tier = "local"\n[gateway]\nport = 8080\n[installer]\nassume_yes = true\n'
        '[admin]\npassword_file = "/run/password"\n'
    )
    assert texts(layer) == {
        "tier": "local",
        "gateway.port": "8080",
        "installer.assume_yes": "yes",
        "admin.password": "correct-horse-9",
    }
    assert sources(layer)["gateway.port"] == "mine.toml: gateway.port"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[gateway]\nprot = 1",
            "mine.toml: gateway.prot: there is no such setting; did you mean `gateway.port`?",
        ),
        ("teir = 1", "mine.toml: teir: there is no such setting; did you mean `tier`?"),
        ("[gateway.deep]\nport = 1", "mine.toml: gateway.deep: there is no such setting"),
        (
            "[zzz]\nx = 1",
            "mine.toml: zzz.x: there is no such setting; `mosaic config explain` lists them all",
        ),
        (
            "[gateway]\nport = [1]",
            "mine.toml: gateway.port: a setting is a text, a number, true or false",
        ),
        (
            "[gateway]\nport = 2026-01-01",
            "mine.toml: gateway.port: a setting is a text, a number, true or false",
        ),
    ],
)
def test_a_row_of_an_answers_file_is_refused_with_a_sentence(text: str, problem: str) -> None:
    (found,) = toml(text).problems
    assert found.startswith(problem)


def test_broken_toml_is_refused_with_line_and_column() -> None:
    with pytest.raises(AnswersError, match=r"`mine.toml` is not valid TOML.*line 2, column 8") as e:
        toml("[gateway]\nport = = 1\n")
    assert (e.value.identifier, e.value.exit_code) == ("answers-file-unreadable", 2)


def test_false_is_no() -> None:
    assert texts(toml("[installer]\nassume_yes = false")) == {"installer.assume_yes": "no"}
