"""Every check: what it finds has its row, or a reason why there is none, and never a ✓."""

import pytest
from tests.core.expected import Found as Expected
from tests.core.placeless import OWN_PLACES, PLACELESS
from tests.core.test_preflight import ROWS
from tests.make import ANSWERS, make_answers, make_facts
from tests.ui.seen import assert_is_seen

from mosaic_installer.core.answers import CATALOGUE, value_of
from mosaic_installer.core.preflight import CHECKS, identifier, preflight
from mosaic_installer.core.preflight.places import PLACES, RESULTS
from mosaic_installer.core.settling.interview import DEFAULT, Settled, Sketch
from mosaic_installer.ui.found import Found

pytestmark = pytest.mark.unit


def test_every_check_has_a_place_or_a_reason_why_it_has_none() -> None:
    tables = (set(PLACES), set(RESULTS), OWN_PLACES, set(PLACELESS))
    named = [name for table in tables for name in table]
    assert len(named) == len(set(named)), "in one table"
    assert set(named) == {identifier(check) for check in CHECKS}


@pytest.mark.parametrize(("name", "case"), [row for row in ROWS if isinstance(row[1], Expected)])
def test_what_a_check_finds_is_seen_and_nothing_there_says_all_is_well(
    name: str, case: Expected
) -> None:
    facts, answers = make_facts(case.facts), make_answers(**case.answers)
    given = answers.chosen | {
        key for key in CATALOGUE if value_of(answers, key) != value_of(ANSWERS, key)
    }
    sources = {key: "test" if key in given else DEFAULT for key in CATALOGUE}
    sketch = Sketch(settled=Settled(answers=answers, sources=sources), missing=())
    findings = preflight(facts, answers)
    found = Found(facts=facts, sketch=sketch, findings=findings, version="0.2.0")
    assert name in {finding.check for finding in findings}
    for finding in findings:
        assert_is_seen(finding, found)
