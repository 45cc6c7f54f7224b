"""Every check, silent and finding; what is found says the measured value and what to do."""

import ast
from pathlib import Path

import pytest
from tests.core.connection_cases import ANTHROPIC, CONNECTIONS, OLLAMA
from tests.core.container_cases import CASES as CONTAINER_CASES
from tests.core.container_cases import ENGINE, KEPT, SERVER, STANDALONE, VOLUME
from tests.core.engine_cases import CASES as ENGINE_CASES
from tests.core.expected import Found, Silent
from tests.core.host_cases import CASES as HOST_CASES
from tests.core.job_cases import CASES as JOB_CASES
from tests.core.move_cases import CASES as MOVE_CASES
from tests.core.own_server_cases import CASES as OWN_SERVER_CASES
from tests.core.portainer_cases import CASES as PORTAINER_CASES
from tests.core.swarm_cases import CASES as SWARM_CASES
from tests.core.volume_cases import CASES as VOLUME_CASES
from tests.make import make_answers, make_facts

from mosaic_installer.core import preflight as preflight_room
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.finding import Finding, error, note, warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import CHECKS, identifier, preflight, refuse
from mosaic_installer.core.preflight.lasting import MENDED, lasting_warnings, passed_over
from mosaic_installer.errors import AnswersError, PreflightFailed

pytestmark = pytest.mark.unit

MEBIBYTE = 1024**2
NGINX = Listener(address="0.0.0.0", port=14242, program="nginx", pid=7)  # noqa: S104 # a fact


CASES: dict[str, list[Found | Silent]] = {
    **HOST_CASES,
    **CONNECTIONS,
    **CONTAINER_CASES,
    **ENGINE_CASES,
    **JOB_CASES,
    **MOVE_CASES,
    **OWN_SERVER_CASES,
    **PORTAINER_CASES,
    **SWARM_CASES,
    **VOLUME_CASES,
}
ROWS = [(name, case) for name, cases in CASES.items() for case in cases]


def found_by(name: str, case: Found | Silent) -> Finding | None:
    facts, answers = make_facts(case.facts), make_answers(**case.answers)
    return next((found for found in preflight(facts, answers) if found.check == name), None)


@pytest.mark.parametrize(("name", "case"), ROWS)
def test_a_check_finds_what_is_wrong_and_is_silent_otherwise(
    name: str, case: Found | Silent
) -> None:
    found = found_by(name, case)
    if isinstance(case, Silent):
        assert found is None
        return
    assert found is not None
    assert found.level == case.level
    assert case.words in found.message
    assert found.hint
    assert case.hint in found.hint


def test_every_check_has_a_case_that_finds_something() -> None:
    finding = {name for name, case in ROWS if isinstance(case, Found)}
    assert finding == {identifier(check) for check in CHECKS}


def test_every_check_that_is_written_has_its_row() -> None:
    written = {
        node.name
        for path in Path(preflight_room.__file__).parent.glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if node.returns is not None and ast.unparse(node.returns) == "Finding | None"
    }
    assert written == {check.__name__ for check in CHECKS}


def test_on_a_machine_in_order_every_check_is_silent() -> None:
    assert preflight(make_facts(), make_answers(**OLLAMA)) == ()


def test_on_an_engine_in_order_every_check_is_silent() -> None:
    answers = make_answers(**STANDALONE, providers_anthropic_api_key=ANTHROPIC)
    assert preflight(make_facts(engine=ENGINE), answers) == ()


def test_there_are_enough_checks() -> None:
    assert len(CHECKS) >= 40


def test_identifiers_are_unique_and_can_be_typed() -> None:
    names = [identifier(check) for check in CHECKS]
    assert len(set(names)) == len(names) >= 15
    assert all(name == name.lower() and "_" not in name for name in names)


def test_all_findings_are_reported_together() -> None:
    facts = make_facts({"disk.is_writable": False, "system.memory": 0, "person.uid": 0})
    assert [found.check for found in preflight(facts, make_answers(**OLLAMA))] == [
        "memory-is-enough",
        "home-is-writable",
        "user-is-not-root",
    ]


def test_what_an_ignored_check_finds_is_not_told() -> None:
    facts = make_facts({"disk.is_writable": False, "person.uid": 0})
    found = preflight(facts, make_answers(**OLLAMA), ["home-is-writable"])
    assert [finding.check for finding in found] == ["user-is-not-root"]


def test_data_that_an_uninstall_left_is_no_loss_of_settings() -> None:
    lost = {"installation.has_answers": False, "installation.is_present": True}
    for part, level in ((VOLUME, "note"), (SERVER, "warning")):
        facts = make_facts(lost | {"engine": replace(ENGINE, parts=(part,))})
        found = preflight(facts, make_answers(**STANDALONE))
        assert [each.level for each in found if each.check == "answers-are-remembered"] == [level]


def test_what_another_machine_has_is_passed_over_by_no_ignoring() -> None:
    answers = make_answers(**STANDALONE, providers_anthropic_api_key=ANTHROPIC)
    facts = make_facts(KEPT)
    (found,) = preflight(facts, answers, ["installation-is-no-copy"])
    with pytest.raises(PreflightFailed) as refused:
        refuse([found])
    assert "--ignore" not in refused.value.hint


def test_ignoring_a_check_that_does_not_exist_is_refused_with_its_neighbour() -> None:
    with pytest.raises(AnswersError, match="did you mean `port-is-free`"):
        preflight(make_facts(), make_answers(), ["port-free"])


def test_the_free_port_that_is_offered_is_free() -> None:
    two = (NGINX, Listener(address="127.0.0.1", port=14243))
    found = found_by("port-is-free", Found("error", "", {"listeners": two}))
    assert found is not None
    assert "--set gateway.port=14244" in found.hint


@pytest.mark.parametrize("findings", [[], [warning("w", "h"), note("n", "h")]])
def test_warnings_and_notes_do_not_stop_an_installation(findings: list[Finding]) -> None:
    refuse(findings)


@pytest.mark.parametrize(("count", "words"), [(1, "a problem would"), (2, "2 problems would")])
def test_errors_stop_an_installation(count: int, words: str) -> None:
    with pytest.raises(PreflightFailed, match=words):
        refuse([error("e", "h")] * count + [note("n", "h")])


def test_what_was_passed_over_is_still_known_at_the_end() -> None:
    facts = make_facts({"disk.is_writable": False, "person.uid": 0, "person.encoding": "ASCII"})
    ignored = ["home-is-writable", "locale-is-utf8"]
    (found,) = passed_over(facts, make_answers(), ignored)
    assert (found.level, found.check) == ("warning", "home-is-writable")
    assert found.message.startswith("you went on although ")
    assert not [*passed_over(facts, make_answers(), [])]


def test_what_the_plan_sees_to_is_not_said_again_at_the_end() -> None:
    kept = [replace(warning("w", "h"), check="port-is-free"), note("n", "h"), error("e", "h")]
    mended = [replace(warning("w", "h"), check=name) for name in MENDED]
    assert [*lasting_warnings([*mended, *kept])] == kept[:1]
