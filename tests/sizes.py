"""The sizes of tests, and the table of them that closes a run."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest

# pyproject.toml says what each is for.
SIZES = ("case", "unit", "receipt", "prompt", "call", "gateway", "wizard", "install")
BIG = frozenset({"call", "gateway", "wizard", "install"})  # these use programs and sockets
OUTCOMES = ("passed", "failed", "skipped")


@dataclass
class Tally:
    """What became of the tests of one size, and how long all of them took together."""

    outcomes: dict[str, str] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """One test reports up to three times; the worst it ever said counts."""
        self.seconds += report.duration
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            self.outcomes.setdefault(report.nodeid, "skipped")
            self.reasons[_reason(report)] += 1
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, "passed")


class SizeTable:
    """Counts reports, also those of xdist's workers, and shows the counts by size."""

    def __init__(self) -> None:
        self.tallies: defaultdict[str, Tally] = defaultdict(Tally)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        size = dict(report.user_properties).get("size")
        self.tallies[str(size)].add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("tests by size")
        write(f"{'size':<10}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
        for size in SIZES:
            tally = self.tallies[size]
            count = Counter(tally.outcomes.values())
            passed, failed, skipped = (count[outcome] for outcome in OUTCOMES)
            colour = {"red": bool(failed), "yellow": not failed and bool(skipped)}
            write(f"{size:<10}{passed:>8}{failed:>8}{skipped:>9}{tally.seconds:>9.1f}", **colour)
        for size in SIZES:
            for reason, times in sorted(self.tallies[size].reasons.items()):
                write(f"NOT TESTED: {times} of size {size}: {reason}", bold=True, yellow=True)


def _reason(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return f"known to fail: {report.wasxfail}"
    # A skip's representation is (path, line, "Skipped: reason"); xdist makes a list of it.
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple | list) else report.longrepr)
