"""The plan, and what a machine has of it already."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from tests.fake_engine import FakeEngine
from tests.fake_machine import FakeMachine
from tests.make import HOME, LAYOUT, make_answers, make_facts

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.images import BuildImage
from mosaic_installer.core.actions.secrets import RemoveSecret
from mosaic_installer.core.answers import KEPT_SECRETS, Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.faults import faults
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.plan import SILENT, Plan, Step, make_plan, survey
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import EngineError
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

OPTIONAL = {LAYOUT.gateway_secret(setting.name) for setting in KEPT_SECRETS}
OPTIONAL |= {LAYOUT.database_password, LAYOUT.valkey_password}
OPTIONAL |= {LAYOUT.authority_fingerprint, LAYOUT.provisioner_key}


@dataclass(frozen=True)
class OneStage:
    """A stage as a value."""

    TITLE: str
    plan: Callable[[Facts, Answers], Iterator[Action]]


def _two_directories(facts: Facts, _answers: Answers) -> Iterator[Action]:
    yield MakeDirectory(path=facts.host.layout.config, is_ours_alone=False)
    yield MakeDirectory(path=facts.host.layout.data, is_ours_alone=True)


def _nothing(_facts: Facts, _answers: Answers) -> Iterator[Action]:
    yield from ()


def whole_plan(**changes: object) -> Plan:
    return make_plan(STAGES, make_facts(), make_answers(**changes))


def next_plan(**changes: object) -> Plan:
    """The plan of a run that finds the installation."""
    facts = make_facts({"installation.needs_setup": False})
    return make_plan(STAGES, facts, make_answers(**changes))


def install(plan: Plan, machine: FakeMachine) -> None:
    for step in plan:
        if not step.action.is_done(machine):
            step.action.apply(machine)


def installed() -> FakeMachine:
    machine = FakeMachine()
    machine.vault.typed["admin.password"] = Secret("correct-horse-9")
    install(whole_plan(), machine)
    return machine


def to_do(plan: Plan, machine: FakeMachine) -> list[str]:
    return [type(row.step.action).__name__ for row in survey(plan, machine) if not row.is_done]


def test_a_plan_is_the_actions_of_all_stages_in_their_order() -> None:
    plan = make_plan(
        [OneStage("Two", _two_directories), OneStage("None", _nothing)],
        make_facts(),
        make_answers(),
    )
    assert [(step.stage, step.action.describe()) for step in plan] == [
        ("Two", f"Create the folder {HOME / 'config'}"),
        ("Two", f"Create the folder {HOME / 'data'}"),
    ]


def test_planning_twice_gives_the_same_plan() -> None:
    assert whole_plan() == whole_plan()


def test_on_an_empty_machine_everything_is_to_do() -> None:
    plan = whole_plan()
    names = [type(step.action).__name__ for step in plan]
    # There is no answers.toml yet that somebody could have written a secret into.
    assert to_do(plan, FakeMachine()) == [name for name in names if name != "TakeOutSecrets"]


def test_only_where_something_is_there_can_a_step_turn_out_to_be_needless() -> None:
    machine = FakeMachine()
    assert not any(row.is_unsure for row in survey(whole_plan(), machine))
    machine.files.make_directory(HOME / "data")
    unsure = [row.step.action for row in survey(whole_plan(), machine) if row.is_unsure]
    assert any(isinstance(action, CreateAdministrator) for action in unsure)


def test_surveying_changes_nothing() -> None:
    machine = FakeMachine()
    survey(whole_plan(), machine)
    assert machine.state() == FakeMachine().state()


class SilentOnce(FakeEngine):
    """An engine that hangs when it is asked for one image; it would know the others."""

    identifier = ""

    def is_built(self, name: str, on: str) -> bool:
        if name == "first":
            raise EngineError("it hangs", identifier=self.identifier)
        return True


@pytest.mark.parametrize("identifier", SILENT)
def test_an_engine_that_hangs_is_not_asked_again(identifier: str) -> None:
    machine = FakeMachine()
    machine.engine = silent = SilentOnce(machine.gateway_service)
    silent.identifier = identifier
    plan = (
        *(Step(stage="Images", action=BuildImage(name=name, on="x")) for name in ("first", "next")),
        Step(stage="Last", action=RemoveSecret(path=LAYOUT.token)),
    )
    rows = survey(plan, machine)
    assert [row.is_done for row in rows] == [False, False, True]
    assert faults(rows) == (), "a check says what is wrong"


def test_after_an_installation_nothing_is_to_do() -> None:
    assert to_do(next_plan(), installed()) == []


def test_a_pending_configuration_makes_the_start_pending() -> None:
    changed = next_plan(gateway_port=8080, chosen=make_answers().chosen | {"gateway.port"})
    assert to_do(changed, installed()) == [
        "SaveAnswers",
        "WriteFile",
        "WriteFile",
        "StartGateway",
        "WaitUntilHealthy",
    ]


def test_a_file_that_the_gateway_does_not_read_leaves_it_alone() -> None:
    changed = next_plan(chosen=make_answers().chosen | {"gateway.bind"})
    # meta.json has a copy.
    assert to_do(changed, installed()) == ["SaveAnswers", "WriteFile"]


def test_a_lost_secret_pends_everything_derived_from_it() -> None:
    machine = installed()
    machine.vault.remove()
    assert to_do(next_plan(), machine) == [
        "GenerateSecrets",
        "WriteSecret",
        "WriteSecret",
        "StartGateway",
        "WaitUntilHealthy",
    ]


def test_a_dead_token_pends_its_proof() -> None:
    machine = installed()
    machine.gateway_api.tokens_by_text.clear()
    assert to_do(next_plan(), machine) == ["ObtainToken", "MakeAgent", "VerifyToken"]


def test_every_file_that_is_read_is_written_before() -> None:
    written: set[object] = set()
    for step in whole_plan():
        assert written >= set(step.action.about.reads) - OPTIONAL, step.action.describe()
        written |= set(step.action.about.writes)


def test_a_step_of_the_plan_can_be_replaced_in_a_copy() -> None:
    (step,) = (step for step in whole_plan() if isinstance(step.action, StartGateway))
    other = replace(step, stage="Other")
    assert (other.stage, other.action) == ("Other", step.action)
    assert isinstance(step, Step)
    assert not isinstance(step.action, WriteFile)
