"""The real container engine; a test without one, or without its images, is skipped and says so."""

from collections.abc import Iterator

import pytest
from tests.engine.engine import Engine, missing


@pytest.fixture(scope="session")
def missing_for_engine() -> str:
    return missing()


@pytest.fixture
def engine(missing_for_engine: str) -> Iterator[Engine]:
    """Everything the test makes on it carries the test's own label, and goes with the test."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    with Engine.opened() as opened:
        yield opened
