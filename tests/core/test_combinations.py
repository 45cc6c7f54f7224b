"""Whatever is given, by whatever tier: a plan, findings or an explanation; never a crash.

And whatever is found, a person at the home screen sees it in its place.
"""

import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.container_cases import ENGINE
from tests.examples import example
from tests.make import make_facts
from tests.sampling import Draw
from tests.ui.seen import assert_is_seen

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.preflight import preflight
from mosaic_installer.core.settling.interview import Given, Layer, parse, settle, sketch
from mosaic_installer.core.tiers import TIERS
from mosaic_installer.errors import AnswersError
from mosaic_installer.stages import STAGES
from mosaic_installer.ui.found import Found

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
    make_facts(
        {"person.provider_variables": ("ANTHROPIC_API_KEY",), "system.memory": 1024**3},
        listeners=(Listener(address="127.0.0.1", port=11434, program="ollama", pid=7),),
        engine=replace(ENGINE, images=frozenset()),
    ),
    make_facts({"system.has_ipv6": False}, engine=replace(ENGINE, problem="unreachable")),
)
# What people and programs get wrong, and what breaks formats that are built by hand.
AWKWARD = (
    "", " ", "none", "0", "-1", "65535", "65536", "1e9", "yes", "no", "on", "localhost", "::",
    "0.0.0.0", "http://", "http://[", "https://a:b@c:99999", "a@b", "'", '"', "\\", "$HOME", "%s",  # noqa: S104 - compared, not bound
    "{{ x }}", "\n", "a\r\nb", "\x00", "\udcff", "\ufeff", "é", "\N{PILE OF POO}", "x" * 5000,
    "٨٠", "/", "~", "../..", "team", "latest", "a:latest", "[]", "null", "true", "#", "=",
)  # fmt: skip
PAIRS = [(key, text) for key in KEYS for text in (example(key), example(key), *AWKWARD)]
ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
GIVEN = {
    "tier": st.sampled_from([*TIERS, "team", "cloud"]),
    "facts": st.sampled_from(FACTS),
    "admin": st.sampled_from([ADMIN, {}]),
}
MANY = 10_000
LAST = 0x10FFFF
SLOW = [HealthCheck.too_slow]


def test_a_combination_is_a_plan_or_findings_or_is_explained() -> None:
    # Without Hypothesis, which took twice as long to think of them as they take to be tried, and
    # had a third as many come through to findings or a plan.
    chance = random.Random(10)  # noqa: S311 # no secret is made of it
    outcomes = set()
    for _ in range(MANY):
        pairs = [any_pair(chance) for _ in range(chance.randint(0, 5))]
        tier, admin = chance.choice([*TIERS, "team", "cloud"]), chance.choice([ADMIN, {}])
        facts = chance.choice(FACTS)
        try:
            outcomes.add(outcome(layer_of(tier, pairs, admin), facts))
        except Exception as error:
            error.add_note(f"{tier}, {pairs}, {admin} on machine {FACTS.index(facts)}")
            raise
    assert outcomes == {"explained", "findings", "plan"}


def any_pair(chance: random.Random) -> tuple[str, str]:
    if chance.random() < 0.5:
        return chance.choice(PAIRS)
    # Up to twenty characters, more than half of them of ASCII, and now and then a surrogate.
    numbers = [chance.randint(0, chance.choice((127, LAST))) for _ in range(chance.randint(0, 20))]
    return chance.choice(KEYS), "".join(map(chr, numbers))


def outcome(layer: Layer, facts: Facts) -> str:
    try:
        settled = settle([layer], facts.host)
    except AnswersError:
        return "explained"
    findings = preflight(facts, settled.answers)
    assert all(finding.message and finding.hint for finding in findings)
    plan = make_plan(STAGES, facts, settled.answers)
    assert plan
    assert all(step.action.describe() for step in plan)
    return "findings" if findings else "plan"


def test_every_finding_of_a_combination_has_its_row_without_a_tick_or_a_reason(
    sampled: Draw,
) -> None:
    @settings(
        max_examples=len(sampled(range(MANY), 300)),
        suppress_health_check=SLOW,
        deadline=None,
        derandomize=True,
    )
    @given(**{**GIVEN, "pairs": st.lists(st.sampled_from(accepted()), max_size=6)})
    def look(tier: str, pairs: list[tuple[str, str]], facts: Facts, admin: dict[str, str]) -> None:
        try:
            drawn = sketch([layer_of(tier, pairs, admin)], facts.host)
        except AnswersError:
            return
        findings = preflight(facts, drawn.settled.answers)
        found = Found(facts=facts, sketch=drawn, findings=findings, version="0.2.0")
        for finding in findings:
            assert_is_seen(finding, found)

    look()


def accepted() -> list[tuple[str, str]]:
    """Return every text of those above that its setting takes."""
    pairs = []
    for key in KEYS:
        for text in (example(key), *AWKWARD):
            with suppress(ValueError):
                parse(CATALOGUE[key], text)
                pairs.append((key, text))
    return pairs


def layer_of(tier: str, pairs: list[tuple[str, str]], admin: dict[str, str]) -> Layer:
    texts = {**admin, "tier": tier, **dict(pairs)}
    return Layer(values={key: Given(text=text, source="x") for key, text in texts.items()})
