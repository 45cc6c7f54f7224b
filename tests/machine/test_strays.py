"""Processes in the control groups of containers that, as their engine says, have none."""

import pytest

from mosaic_installer.machine.engine.strays import end_strays, ids_without_process, strays_of

pytestmark = pytest.mark.unit


def test_engines_say_in_two_ways_what_a_container_does() -> None:
    inspected = {"Id": "a", "State": {"Status": "created"}}
    listed = {"Id": "b", "State": "exited"}
    running = ({"Id": "c", "State": {"Status": "running"}}, {"Id": "d", "State": "paused"})
    assert ids_without_process([inspected, listed, *running]) == ("a", "b")


def test_where_no_container_is_without_a_process_nobody_looks() -> None:
    assert strays_of(()) == ()
    end_strays(())
