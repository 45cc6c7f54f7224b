"""Faults of a rollout on a Swarm: each ends it in time, named with service, node and cause.

One installation on two nodes serves all of them; what was there before is there after each.
"""

import time
from collections.abc import Iterator

import pytest
from tests.e2e.second_engine import LOADED
from tests.e2e.swarm_fault_rows import FAULTS
from tests.e2e.swarm_faults import Place, opened_place
from tests.e2e.swarm_nodes import skip_without_swarm
from tests.measured import Tell

pytestmark = [
    pytest.mark.install,
    pytest.mark.sampled(0),
    pytest.mark.xdist_group("one installation on two nodes"),
]


@pytest.fixture(scope="module")
def place(missing_for_engine: str, gateway_image: None, built_image: str) -> Iterator[Place]:
    skip_without_swarm(missing_for_engine)
    with opened_place(LOADED, built_image) as made:
        yield made


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_nothing_is_lost(place: Place, name: str, measured: Tell) -> None:
    fault = FAULTS[name]
    place.replicas = fault.replicas
    begun = time.monotonic()
    with place.healed(*fault.back):
        fault.before(place)
        done = place.changed_run(
            *(word.format(other=place.other_port) for word in fault.words),
            at=fault.at,
            harm=fault.harm,
            always=fault.always,
            patience=fault.patience,
        )
        named = time.monotonic() - begun
    mended = time.monotonic() - begun - named
    measured(f"named in {named:.0f} s, mended in {mended:.0f} s")
    assert done.code == fault.code, done.said
    done.says(*fault.says)
