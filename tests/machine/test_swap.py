"""A change of what somebody else changes at the same time."""

from collections.abc import Mapping
from typing import Any

import pytest
from docker.errors import APIError

from mosaic_installer.machine.engine.swarm.swap import ATTEMPTS, OUTDATED, swap

pytestmark = pytest.mark.unit

LATE = APIError(f"rpc error: code = Unknown desc = {OUTDATED}")


class Versioned:
    """A thing whose version somebody else raises so many times before it stays."""

    def __init__(self, raised: int, error: APIError = LATE) -> None:
        self.left = raised
        self.error = error
        self.version = 0

    def read(self) -> dict[str, int]:
        return {"version": self.version}

    def write(self, row: Mapping[str, Any]) -> None:
        if self.left:
            self.left -= 1
            self.version += 1
            raise self.error
        assert row["version"] == self.version
        self.version = 100


def test_what_was_changed_in_between_is_read_again() -> None:
    thing = Versioned(ATTEMPTS - 1)
    swap(thing.read, thing.write)
    assert thing.version == 100


@pytest.mark.parametrize(
    ("raised", "error", "tried"), [(ATTEMPTS, LATE, ATTEMPTS), (1, APIError("no such node"), 1)]
)
def test_it_gives_up(raised: int, error: APIError, tried: int) -> None:
    thing = Versioned(raised, error)
    with pytest.raises(APIError):
        swap(thing.read, thing.write)
    assert thing.version == tried
