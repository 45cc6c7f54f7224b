"""Parity: every row of the catalogue can be given by each of its sources, and is then used.

A row that is added without a source, an example, its documentation or a use fails here.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.examples import example
from tests.make import make_facts

from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.questionnaire.kinds import YES_NO
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.answers_file import rows_of, updated
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, Settled, parse, settle
from mosaic_installer.core.settling.sources import from_environment, from_pairs, from_toml
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

FACTS = make_facts()
FILE = "/run/secrets/it"
ROOT = Path(__file__).parents[2]
DOCUMENTATION = (ROOT / "docs/settings.md").read_text("utf-8")
REQUIRED = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
BASE = Layer(values={key: Given(text=text, source="base") for key, text in REQUIRED.items()})

NOT_RENDERED = {
    "cluster.portainer_environment": "it decides which one of Portainer's is asked",
    "admin.password": "it is asked of the vault, and in no plan",
    "installer.home": "it decides which installation is meant: the layout of the facts",
    "installer.assume_yes": "it decides whether anybody is asked",
    "installer.auto_ports": "it decides about the ports, and they are rendered",
    "providers.take_over": "it decides which variables are a source",
}


def quoted(text: str) -> str:
    return f'"{text}"'


def in_toml(key: str, text: str) -> str:
    section, _, name = key.rpartition(".")
    return f"[{section}]\n{name} = {quoted(text)}\n" if section else f"{name} = {quoted(text)}\n"


def sources_of(setting: Setting) -> Iterator[tuple[str, Layer]]:
    """Yield what gives the example by each source, and what the source is called."""
    key, text = setting.key, example(setting.key)

    def read(path: Path) -> str:
        assert str(path) == FILE
        return f"{text}\n"

    variable = setting.variable
    yield variable, from_environment({variable: text}, read)
    if setting.is_secret:
        yield f"--set {key}_file", from_pairs([f"{key}_file={FILE}"], read)
        yield f"{variable}_FILE", from_environment({f"{variable}_FILE": FILE}, read)
        yield f"a.toml: {key}_file", from_toml(in_toml(f"{key}_file", FILE), "a.toml", read)
    else:
        yield f"--set {key}", from_pairs([f"{key}={text}"], read)
        yield f"a.toml: {key}", from_toml(in_toml(key, text), "a.toml", read)


def settled(*layers: Layer) -> Settled:
    return settle([*layers, BASE], FACTS.host)


def planned(*layers: Layer) -> set[str]:
    """The actions of every tier for these answers; saving them, twice, is no use of them."""
    tiers = ("local", "standalone", "federated")
    actions = set()
    for tier in tiers:
        chosen = Layer(values={"tier": Given(text=tier, source="base")})
        answers = settled(*layers, chosen).answers
        for stage in STAGES:
            for action in stage.plan(FACTS, answers):
                match action:
                    case SaveAnswers():
                        pass
                    case WriteFile(path=FACTS.host.layout.meta):
                        pass
                    case _:
                        actions.add(repr(action))
    return actions


def all_optional(*, but: str = "") -> Layer:
    """Everything that may be left out is given: an address counts only where it is called."""
    keys = [key for key, row in CATALOGUE.items() if row.is_optional and row.is_remembered]
    switches = {row.switch for row in SERVICES if row.switch}
    on = {key for key in switches if CATALOGUE[key].kind is YES_NO}
    wanted = {key for key in keys if not key.startswith("storage.")} | on
    texts = {key: example(key) for key in sorted(wanted - {but})}
    return Layer(values={key: Given(text=text, source="all") for key, text in texts.items()})


TRACING = Layer(values={"telemetry.enabled": Given(text="on", source="all")})
OLLAMA = Layer(
    values={"providers.ollama_url": Given(text=example("providers.ollama_url"), source="all")}
)
BARE, FULL, TRACED = planned(), planned(all_optional()), planned(TRACING)
WITH_OLLAMA = planned(OLLAMA)
SWARM = Layer(values={"gateway.runtime": Given(text="swarm", source="all")})
ON_SWARM = planned(SWARM)


def is_rendered(key: str, layer: Layer) -> bool:
    """Whether a plan depends on the setting, be it beside nothing or beside all the others."""
    if planned(layer) != BARE or planned(layer, all_optional()) != FULL:
        return True
    # A collector of our own is there only where none is named, who wants a key pulls nothing, and
    # only a Swarm runs several gateways.
    beside = ((TRACING, TRACED), (OLLAMA, WITH_OLLAMA), (SWARM, ON_SWARM))
    return planned(all_optional(but=key)) != FULL or any(
        planned(layer, other) != found for other, found in beside
    )


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_setting_can_be_given_by_each_of_its_sources(key: str) -> None:
    setting = CATALOGUE[key]
    wanted = parse(setting, example(key))
    default = settled().answers
    assert key in REQUIRED or value_of(default, key) != wanted, "an example is no default"
    found = list(sources_of(setting))
    assert len(found) == (4 if setting.is_secret else 3)
    for source, layer in found:
        result = settled(layer)
        assert value_of(result.answers, key) == wanted
        assert result.sources[key] == source
        assert key in result.answers.chosen


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_first_source_that_gives_a_setting_wins(key: str) -> None:
    for source, layer in sources_of(CATALOGUE[key]):
        others = [other for name, other in sources_of(CATALOGUE[key]) if name != source]
        assert settled(layer, *others).sources[key] == source


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_setting_that_was_given_is_kept_unless_it_is_a_secret(key: str) -> None:
    setting = CATALOGUE[key]
    for _, layer in sources_of(setting):
        answers = settled(layer).answers
        text = updated(None, rows_of(answers))
        rows = rows_by_key(tomllib.loads(text))
        value = value_of(answers, key)
        if isinstance(value, Secret):
            assert value.reveal() not in text
        assert (key in rows) == (setting.is_remembered and not setting.is_secret)
        if key in rows:
            again = from_toml(text, "answers.toml", lambda _: "")
            assert as_text(value_of(settled(again).answers, key)) == as_text(value)


@pytest.mark.parametrize("key", sorted(set(CATALOGUE) - {"tier"}))
def test_a_setting_is_rendered_or_listed_as_what_is_not(key: str) -> None:
    _, layer = next(sources_of(CATALOGUE[key]))
    assert is_rendered(key, layer) != (key in NOT_RENDERED)


def test_the_tier_is_rendered() -> None:
    plans = [
        [repr(action) for stage in STAGES for action in stage.plan(FACTS, settled(*layers).answers)]
        for layers in ((), (next(sources_of(CATALOGUE["tier"]))[1],))
    ]
    assert plans[0] != plans[1]


def test_what_is_listed_exists() -> None:
    assert NOT_RENDERED.keys() <= CATALOGUE.keys()


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_setting_is_documented_with_each_of_its_sources(key: str) -> None:
    setting = CATALOGUE[key]
    name = f"{key}_file" if setting.is_secret else key
    (row,) = (line for line in DOCUMENTATION.splitlines() if f"| `{name}` |" in line)
    assert f"`{setting.variable}`" in row
    assert (f"`{setting.variable}_FILE`" in row) == setting.is_secret
    assert setting.help.replace("|", "\\|") in row


def test_the_gateway_reads_every_variable_that_it_is_given() -> None:
    """A variable that only the installer knows would be a setting that does nothing."""
    template = (ROOT / "templates/config/gateway/.env.j2").read_text("utf-8")
    sources = (ROOT / "installer/mosaic_gateway").rglob("*.py")
    code = "".join(path.read_text("utf-8") for path in sources)
    names = re.findall(r"^(\w+)=", template, re.MULTILINE)
    assert "MOSAIC_CORS_ORIGIN" in names
    assert [name for name in names if f'"{name}"' not in code] == []
