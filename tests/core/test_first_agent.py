"""The first agent follows its settings until somebody edits it."""

import pytest
from tests.core.found_machines import add_token
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions.agent import MakeAgent
from mosaic_installer.core.first_agent import PROMPTS, first_agent
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.agents import Agent
from mosaic_installer.core.questionnaire.agent import NAMES

pytestmark = pytest.mark.unit

SAGE = MakeAgent(gateway=make_gateway(), name="Sage", intent="research")


@pytest.fixture
def machine() -> FakeMachine:
    machine = FakeMachine()
    machine.files.write(LAYOUT.token, b"token-1-for-mine\n")
    add_token(machine)
    return machine


def agents(machine: FakeMachine) -> list[Agent]:
    return list(machine.gateway_agents.agents.values())


def test_every_intent_has_a_prompt_with_the_name() -> None:
    assert set(PROMPTS) == set(NAMES)
    assert all("{name}" in prompt for prompt in PROMPTS.values())
    assert first_agent("{name} %s", "custom").prompt == "You are {name} %s."


def test_another_intent_gives_the_same_agent_another_prompt(machine: FakeMachine) -> None:
    SAGE.apply(machine)
    (made,) = agents(machine)
    assert (made.name, made.is_shared, made.prompt[:13]) == ("Sage", True, "You are Sage,")
    assert made.tools == ("*", "remember", "recall")
    machine.gateway_agents.change(made, tools=None)  # as `mosaic agent edit --no-memory` does
    other = replace(SAGE, name="sage", intent="devops")
    assert not other.is_done(machine)
    other.apply(machine)
    assert other.is_done(machine)
    (changed,) = agents(machine)
    assert (changed.prompt, changed.tools) == (first_agent("Sage", "devops").prompt, None)


def test_what_somebody_edited_or_made_stays(machine: FakeMachine) -> None:
    SAGE.apply(machine)
    (made,) = agents(machine)
    edited = machine.gateway_agents.change(made, prompt="Mine.")
    other = replace(SAGE, intent="devops")
    assert other.is_done(machine)
    other.apply(machine)
    assert agents(machine) == [edited]
    machine.gateway_agents.agents = {"Sage": replace(made, is_shared=False)}
    assert other.is_done(machine)


def test_it_comes_back_where_it_is_missing_and_waits_for_a_gateway(machine: FakeMachine) -> None:
    SAGE.apply(machine)
    machine.gateway_agents.agents.clear()
    assert not SAGE.is_done(machine)
    SAGE.apply(machine)
    assert SAGE.is_done(machine)
    machine.gateway_service.stop()
    assert not SAGE.is_done(machine)
