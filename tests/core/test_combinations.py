"""Whatever is given, by whatever tier: a plan, findings or an explanation; never a crash."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import example
from tests.make import make_facts

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.preflight import preflight
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.core.tiers import TIERS
from mosaic_installer.errors import AnswersError
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

KEYS = tuple(key for key in CATALOGUE if key != "tier")
FACTS = (
    make_facts(),
    make_facts({"installation.needs_setup": False}, supervisor="daemon"),
    make_facts(
        {"installation.needs_setup": False, "disk.is_writable": False, "person.encoding": "ASCII"},
        listeners=(Listener(address="::", port=28080, program="nginx", pid=7),),
        lowest_port=30000,
    ),
)
# What people and programs get wrong, and what breaks formats that are built by hand.
AWKWARD = (
    "", " ", "none", "0", "-1", "65535", "65536", "1e9", "yes", "no", "on", "localhost", "::",
    "0.0.0.0", "http://", "http://[", "https://a:b@c:99999", "a@b", "'", '"', "\\", "$HOME", "%s",  # noqa: S104 - compared, not bound
    "{{ x }}", "\n", "a\r\nb", "\x00", "\udcff", "\ufeff", "é", "\N{PILE OF POO}", "x" * 5000,
    "٨٠", "/", "~", "../..", "team", "latest", "a:latest", "[]", "null", "true", "#", "=",
)  # fmt: skip
PAIR = st.sampled_from(
    [(key, text) for key in KEYS for text in (example(key), example(key), *AWKWARD)]
) | st.tuples(st.sampled_from(KEYS), st.text(max_size=20))
ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}


@settings(max_examples=10_000, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    tier=st.sampled_from([*TIERS, "team", "cloud"]),
    pairs=st.lists(PAIR, max_size=5),
    facts=st.sampled_from(FACTS),
    admin=st.sampled_from([ADMIN, {}]),
)
def test_a_combination_is_a_plan_or_findings_or_is_explained(
    tier: str, pairs: list[tuple[str, str]], facts: Facts, admin: dict[str, str]
) -> None:
    texts = {**admin, "tier": tier, **dict(pairs)}
    layer = Layer(values={key: Given(text=text, source="x") for key, text in texts.items()})
    try:
        settled = settle([layer], facts.host)
    except AnswersError:
        return
    findings = preflight(facts, settled.answers)
    assert all(finding.message and finding.hint for finding in findings)
    plan = make_plan(STAGES, facts, settled.answers)
    assert plan
    assert all(step.action.describe() for step in plan)
