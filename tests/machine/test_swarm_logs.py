"""The lines that the tasks of a service printed."""

import pytest

from mosaic_installer.machine.engine.swarm.logs import in_order

pytestmark = pytest.mark.unit

# As engine 26.1 answers to `GET /services/ID/logs?details=1&timestamps=1`.
SAID = b"""\
2026-11-22T10:31:10.5Z com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,\
com.docker.swarm.task.id=t2 the reactor is cold
2026-11-22T10:29:41.1Z com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,\
com.docker.swarm.task.id=t1 listening on http://0.0.0.0:20002
2026-11-22T10:31:09.5Z com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,\
com.docker.swarm.task.id=t2 it is 20 K
"""


def test_lines_come_in_the_order_of_time_whichever_task_said_them() -> None:
    said = b"2026-11-22T10:31:10.5Z two\n2026-11-22T10:29:41.1Z one\n"
    assert in_order(said) == ("one", "two")
    assert in_order(b"") == ()


def test_only_the_tasks_in_trouble_are_quoted() -> None:
    assert in_order(SAID, ("t2", "t3")) == ("it is 20 K", "the reactor is cold")


def test_a_separator_within_a_line_does_not_tear_it_apart() -> None:
    said = "2026-11-22T10:31:10.5Z 9 %\r\u2028 done\r\n2026-11-22T10:31:11.5Z next\n"
    assert in_order(said.encode()) == ("9 %\r\u2028 done", "next")
