"""What tests measured, told at the end of a run: a bar that holds says by how much."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

import pytest

PROPERTY = "measured"
Tell: TypeAlias = Callable[[str], None]
"""The type of the fixture `measured`."""


class MeasuredTable:
    """Collects what tests recorded, also on xdist's workers."""

    def __init__(self) -> None:
        self.told: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":  # it has all that was recorded before
            words = [str(value) for key, value in report.user_properties if key == PROPERTY]
            self.told[report.nodeid.partition("@")[0]] += words

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = {name: words for name, words in self.told.items() if words}
        if not rows:
            return
        terminalreporter.section("measured")
        for name, words in sorted(rows.items()):
            terminalreporter.write_line(name)
            for each in words:
                terminalreporter.write_line(f"  {each}")
