"""Long sweeps: a normal run draws a part with a fixed seed, `--all` takes all, the end says so.

A test that is chosen by its own name or by `-k` is never left out.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

SEED = 10
PROPERTY = "sampled"
ANY_KIND = "any_kind"

Value = TypeVar("Value")
Draw = Callable[[Sequence[int], int], list[int]]


def draw(values: Sequence[Value], count: int, name: str) -> list[Value]:
    """Return so many of the values, in their order: always the same ones for a name."""
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 # no secret is made of it
    drawn = chance.sample(range(len(values)), min(count, len(values)))
    return [values[index] for index in sorted(drawn)]


def takes_all(config: pytest.Config) -> bool:
    """Whether nothing may be left out of this run."""
    is_named = any("::" in word for word in config.args) or bool(config.option.keyword)
    return is_named or bool(config.option.all)


def drawing(item: pytest.Item) -> Draw:
    """Return what draws for a test with a loop of its own, and has it told."""

    def some(values: Sequence[int], count: int) -> list[int]:
        if takes_all(item.config):
            return list(values)
        drawn = draw(values, count, name_of(item))
        item.user_properties.append((PROPERTY, f"{len(drawn)} of {len(values)}"))
        return drawn

    return some


class Sampling:
    """Leaves out parameters of tests that are marked `sampled(count)`, and tells how many.

    Of a test that is marked `any_kind`, each case runs on one of its kinds of gateway.
    """

    def __init__(self) -> None:
        self.told: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if takes_all(config):
            return
        sweeps: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in items:
            if item.get_closest_marker(PROPERTY):
                sweeps[name_of(item)].append(item)
        kinds: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in items:
            if item.get_closest_marker(ANY_KIND):
                kinds[_case(item)].append(item)
        left_out = {item for name, sweep in sweeps.items() for item in _left_out(name, sweep, None)}
        left_out |= {item for case, alike in kinds.items() for item in _left_out(case, alike, 1)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, value in report.user_properties:
            if key == PROPERTY:
                self.told[_name(report.nodeid)] = str(value)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.told:
            return
        terminalreporter.section("sampled; `--all` takes all")
        for name, share in sorted(self.told.items()):
            terminalreporter.write_line(f"{share:<9} {name}")


def name_of(item: pytest.Item) -> str:
    return _name(item.nodeid)


def _name(nodeid: str) -> str:
    """The test without its parameters, and without the group that xdist appends."""
    return nodeid.partition("[")[0].partition("@")[0]


def _case(item: pytest.Item) -> str:
    """The test with its parameters but for the kind of gateway, which is the last of them."""
    name, _, parameters = item.nodeid.partition("@")[0].removesuffix("]").partition("[")
    return f"{name} {parameters.rpartition('-')[0]}"


def _left_out(name: str, sweep: Sequence[pytest.Item], count: int | None) -> list[pytest.Item]:
    marker = sweep[0].get_closest_marker(PROPERTY)
    drawn = draw(sweep, count or (marker.args[0] if marker else len(sweep)), name)
    for item in drawn:
        item.user_properties.append((PROPERTY, f"{len(drawn)} of {len(sweep)}"))
    return [item for item in sweep if item not in drawn]
