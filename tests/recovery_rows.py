"""The table of recovery that closes a run: one line for each row of docs/recovery.md."""

import re
from collections import defaultdict

import pytest

TEST = re.compile(r"test_recovery\w*\.py::test_rows?_(\d+)(?:_and_(\d+))?_(\w+)")


class RecoveryTable:
    """Notes what became of the tests that are named for a row, also on xdist's workers."""

    def __init__(self) -> None:
        self.rows: defaultdict[int, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = TEST.search(report.nodeid)
        if found is None or (report.passed and report.when != "call"):
            return
        for number in filter(None, found.groups()[:2]):
            worst = self.rows[int(number)].get(report.nodeid, "passed")
            self.rows[int(number)][report.nodeid] = report.outcome if worst == "passed" else worst

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.rows:
            return
        terminalreporter.section("recovery, by row")
        for number, outcomes in sorted(self.rows.items()):
            states = sorted(set(outcomes.values()))
            word = "repaired" if states == ["passed"] else " and ".join(states)
            terminalreporter.write_line(
                f"row {number:>2}  {word:<10} {len(outcomes)} tests",
                green=word == "repaired",
                red=word != "repaired",
            )
