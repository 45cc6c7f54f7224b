"""The table of questions that closes a run: how many a person was asked, by story."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

Recorder: TypeAlias = Callable[[str, object], None]
"""The type of pytest's fixture `record_property`."""
QUESTIONS = "questions: "
"""What a test records with `record_property` begins with this; the story follows."""


class QuestionsTable:
    """Collects what tests recorded, also on xdist's workers."""

    def __init__(self) -> None:
        self.stories: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, count in report.user_properties:
            if name.startswith(QUESTIONS):
                self.stories[name.removeprefix(QUESTIONS)] = int(str(count))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.stories:
            return
        terminalreporter.section("questions, by story")
        for story, count in sorted(self.stories.items()):
            terminalreporter.write_line(f"{story:<30}{count:>4}")
        terminalreporter.write_line(f"{'in all':<30}{sum(self.stories.values()):>4}")
