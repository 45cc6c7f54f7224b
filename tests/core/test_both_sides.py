"""What the installer accepts the gateway can read: both say what a setting may be."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from tests.core.test_combinations import AWKWARD
from tests.make import make_facts

from mosaic_gateway.agents.agent import name_key, parse_agent_name
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.provider_config import read_providers
from mosaic_gateway.configuration.routing_config import read_rules
from mosaic_gateway.configuration.settings import DEFAULT_BIND, DEFAULT_PORT, read_settings
from mosaic_gateway.configuration.tier_config import TierConfig, read_tier_config
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.first_agent import is_named
from mosaic_installer.core.machine.agents import Agent
from mosaic_installer.core.settling.interview import Given, Layer, parse, settle
from mosaic_installer.errors import AnswersError
from mosaic_installer.stages import configuration

pytestmark = pytest.mark.unit

FACTS = make_facts()
ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
GENERATED = "0123456789abcdef" * 4
ADDRESSES = ("http://a:0", "http://a:65535", "http://a:65536", "http://[::1]", "http://[::1")
NAMES = (
    "Mason", "MASON", " mason ", "mason\u0301", "Stra\u00dfe", "STRASSE", "\u0130", "i\u0307", "I",
    "\u212b", "\u00e5", "\uff2d\uff41", "Ma", "\ufb01", "fi", "\u01c5", "\u03a3", "\u03c2",
)  # fmt: skip
"""Letters that case and compatibility turn into one another, or only seem to."""


def accepted(key: str) -> Iterator[str]:
    """Yield each text that the setting takes: examples, both ends of a range, and awkward ones."""
    kind = CATALOGUE[key].kind
    ends = [str(kind.schema[end]) for end in ("minimum", "maximum") if end in kind.schema]
    for text in (*kind.examples, *kind.words, *ends, *ADDRESSES, *AWKWARD):
        with suppress(ValueError):
            parse(CATALOGUE[key], text)
            yield text


def read_by_gateway(texts: dict[str, str], folder: Path) -> TierConfig:
    """Have the gateway read what the installer writes for these answers; all that `serve` reads."""
    layer = Layer(values={key: Given(text=text, source="x") for key, text in texts.items()})
    answers = settle([layer], FACTS.host).answers
    layout = FACTS.host.layout
    written: dict[Path, str] = {}
    for action in configuration.plan(FACTS, answers):
        if isinstance(action, WriteFile):
            written[action.path] = action.content
        if layout.gateway_environment in written:
            break  # what comes after it the gateway does not read
    config, env_file = folder / "mosaic.config.json", folder / ".env"
    config.write_text(written[layout.gateway_config], "utf-8")
    # The files of secrets are no part of a plan: what would stand in them stands here.
    given = {row.variable: texts.get(key) for key, row in CATALOGUE.items() if row.is_secret}

    def in_place(line: re.Match[str]) -> str:
        return f"{line[1]}='{given.get(line[1]) or GENERATED}'"

    plain = re.sub(r"(?m)^(\w+)_FILE=.*$", in_place, written[layout.gateway_environment])
    env_file.write_text(plain, "utf-8")
    environment = Environment({}, env_file)
    read_settings(environment)
    read_providers(config, environment)
    read_rules(config)
    return read_tier_config(config, lambda: environment)


@pytest.mark.parametrize("key", [key for key in CATALOGUE if key != "tier"])
def test_what_the_installer_accepts_the_gateway_reads(key: str, tmp_path: Path) -> None:
    for text in dict.fromkeys(accepted(key)):
        with suppress(AnswersError):  # what does not go together is refused at once
            found = read_by_gateway({**ADMIN, "tier": "standalone", key: text}, tmp_path)
            assert found.tier == "standalone"


def test_without_an_answer_both_listen_in_the_same_place(tmp_path: Path) -> None:
    assert CATALOGUE["gateway.bind"].default == DEFAULT_BIND
    assert str(CATALOGUE["gateway.port"].default) == str(DEFAULT_PORT)
    found = read_by_gateway({**ADMIN, "tier": "local"}, tmp_path)
    # What the installer does not ask for is what the gateway takes by itself.
    optional = {field.name: field.default for field in fields(TierConfig)}
    assert (found.valkey, found.authority) == (optional["valkey"], optional["authority"])


@pytest.mark.parametrize("one", NAMES)
def test_names_of_agents_are_compared_alike(one: str) -> None:
    agent = Agent(name=parse_agent_name(one), prompt="", is_shared=True)
    alike = [other for other in NAMES if is_named(agent, other)]
    assert alike == [other for other in NAMES if name_key(agent.name) == name_key(other)]
