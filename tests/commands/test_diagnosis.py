"""What doctor says: faults, not what follows from them; then what to do, and what is in order."""

import pytest
from tests.core.action_cases import CASES, NAMES, Case
from tests.core.container_cases import STANDALONE
from tests.core.test_plan import install, installed, next_plan
from tests.fake_gateway import FakeApi
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_answers, make_facts

from mosaic_installer.commands.diagnosis import Diagnosis, Repair, report
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.faults import fault_of, is_outdated
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.plan import make_plan, survey
from mosaic_installer.core.preflight import CHECKS
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import GatewayUnready
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

FIX = "Run `mosaic doctor --fix` to repair"
ENV = LAYOUT.gateway / ".env"


def said(machine: FakeMachine, *findings: Finding, **repairs: Repair) -> str:
    diagnosis = Diagnosis(findings=findings, surveyed=survey(next_plan(), machine))
    return report(diagnosis, repairs, machine, is_verbose=False)


def marked(text: str) -> list[str]:
    return [line[2:] for line in text.splitlines() if line[:1] in {"✗", "x"}]


def test_a_healthy_installation_is_one_line() -> None:
    count = len(next_plan()) + len(CHECKS)
    assert said(installed()) == f"Everything is healthy ({count} checks passed)."


def test_a_warning_is_no_fault() -> None:
    text = said(installed(), warning("the disk is slow", "buy another"))
    assert text.startswith(
        "warning: the disk is slow\n  hint: buy another\n\nNothing is broken (1 "
    )
    assert FIX not in text


def test_a_lost_file_is_said_and_what_follows_from_it_is_not() -> None:
    machine = installed()
    machine.files.remove(ENV)
    text = said(machine)
    assert marked(text) == [f"{ENV} is missing; it will be rewritten"]
    assert "1 problem found; " in text
    assert text.endswith(f"{FIX} it.")


def test_a_file_of_earlier_answers_is_out_of_date_and_not_damaged() -> None:
    machine = installed()
    later = WriteFile(path=ENV, content="LATER=1\n")
    assert fault_of(later, machine) == f"{ENV} is out of date; it will be rewritten"
    assert is_outdated(later, machine)
    machine.files.write(ENV, b"\xef\xbb\xbf" + (machine.files.read(ENV) or b""))
    assert "byte order mark" in fault_of(later, machine)
    assert not is_outdated(later, machine)
    machine.files.remove(ENV)
    assert not is_outdated(later, machine)


def test_a_server_that_is_gone_is_named_alone_and_nothing_is_said_of_what_it_keeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts, answers = make_facts({"installation.needs_setup": False}), make_answers(**STANDALONE)
    machine = FakeMachine()
    machine.vault.typed["admin.password"] = Secret("correct-horse-9")
    install(make_plan(STAGES, make_facts(), answers), machine)
    del machine.engine.running["postgres"]

    def is_unready(*_: object) -> bool:
        raise GatewayUnready("it is not ready without its database")

    monkeypatch.setattr(FakeApi, "needs_setup", is_unready)
    monkeypatch.setattr(FakeApi, "accepts", is_unready)
    diagnosis = Diagnosis(findings=(), surveyed=survey(make_plan(STAGES, facts, answers), machine))
    assert marked(report(diagnosis, {}, machine, is_verbose=False)) == [
        "postgres not running with the current configuration; the containers will be started"
    ]


def test_a_gateway_that_is_gone_is_one_fault_and_a_lost_folder_is_one_for_each_file() -> None:
    machine = installed()
    machine.gateway_service.stop()
    assert marked(said(machine)) == [
        "the gateway is not running with its current configuration; it will be started"
    ]
    machine.files.remove(LAYOUT.gateway_config)
    machine.files.remove(ENV)
    text = said(machine)
    assert [line.split(";")[0] for line in marked(text)] == [
        f"{LAYOUT.gateway_config} is missing",
        f"{ENV} is missing",
    ]
    assert text.endswith(f"{FIX} them.")


def test_a_fix_that_failed_does_not_recommend_itself() -> None:
    machine = installed()
    machine.files.remove(ENV)
    text = said(machine, write=Repair(message="the disk is full", hint="free space"))
    assert "✗ not repaired: the disk is full\n  hint: free space\n" in text
    assert FIX not in text
    assert text.endswith("then run `mosaic doctor` again.")


def test_errors_come_before_a_fix() -> None:
    machine = installed()
    found = error("port 1 is taken", "choose another")
    assert said(machine, found).endswith("Follow the hint above to fix it.")
    machine.files.remove(ENV)
    assert said(machine, found).endswith("first; `mosaic doctor --fix` then repairs the rest.")


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_action_says_a_fault_and_its_remedy_in_one_line(case: Case) -> None:
    sentence = fault_of(case.action, case.machine())
    fault, _, remedy = sentence.partition("; ")
    assert fault
    assert remedy
    assert sentence == " ".join(sentence.split())
    for purge in (False, True):
        told = case.action.about.undone(purge=purge)
        assert not told or told[0].isupper()
