"""The schema of answers files: what editors accept is what we read."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import fastjsonschema
import pytest
from tests.examples import example

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.settling.answers_file import template, updated
from mosaic_installer.core.settling.answers_schema import schema_text
from mosaic_installer.core.settling.sources import from_toml
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

check: Callable[[Any], Any] = fastjsonschema.compile(json.loads(schema_text()))


def document(key: str, value: object) -> dict[str, object]:
    section, _, name = key.rpartition(".")
    return {section: {name: value}} if section else {name: value}


def native(key: str) -> object:
    text = example(key)
    return int(text) if CATALOGUE[key].kind.is_number else text


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_row_that_we_read_is_accepted(key: str) -> None:
    setting = CATALOGUE[key]
    if setting.is_secret:
        check(document(f"{key}_file", "/run/secrets/it"))
        with pytest.raises(fastjsonschema.JsonSchemaException):
            check(document(key, example(key)))
    else:
        check(document(key, native(key)))


@pytest.mark.parametrize(
    "wrong",
    [
        "[gateway]\nprot = 1\n",
        "[gatway]\nport = 1\n",
        "[gateway]\nport = '1'\n",
        "[gateway]\nport = 65536\n",
        "tier = 'locale'\n",
        "[telemetry]\nenabled = 'maybe'\n",
        "schema = 2\n",
    ],
)
def test_a_slip_is_found(wrong: str) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(tomllib.loads(wrong))


def test_files_that_we_write_are_accepted_and_name_it() -> None:
    text = updated(None, {"tier": "local", "gateway.port": 8080, "telemetry.enabled": True})
    assert text.startswith("#:schema ./answers.schema.json\n")
    check(tomllib.loads(text))
    check(tomllib.loads(template({"admin.email": "ada@example.org"})))


@pytest.mark.parametrize("version", ["1", "1  # mine"])
def test_this_version_is_read(version: str) -> None:
    layer = from_toml(f"schema = {version}\ntier = 'local'\n", "answers.toml", lambda _: "")
    assert (list(layer.values), layer.problems) == (["tier"], ())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("schema = 2", r"`a\.toml` was written by a newer mosaic: `schema = 2`.*knows 1"),
        ("schema = '1'", r"a\.toml: schema: this is the version of the format, 1"),
        ("schema = 0", "the version of the format, 1"),
        ("[schema]\nx = 1", "the version of the format, 1"),
    ],
)
def test_another_version_is_explained(row: str, sentence: str) -> None:
    with pytest.raises(AnswersError, match=sentence) as found:
        from_toml(f"{row}\n[new]\nthing = 1\n", "a.toml", lambda _: "")
    assert found.value.hint
