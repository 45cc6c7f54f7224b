"""Whether a container can read a private file of ours, tried on the real engine."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.core.container_cases import STANDALONE
from tests.engine.engine import Engine, run
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers import labels
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.engine.mount_trial import mount_refusal
from mosaic_installer.machine.engine.probe import probe_engine

pytestmark = pytest.mark.install

ANSWERS = make_answers(**STANDALONE)
ROOT = {"person.uid": 0, "person.gid": 0}
STRANGER = {"person.uid": 4711, "person.gid": 4711}
"""A user whose files ours are not, whatever the engine makes of users."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "m"


def facts_of(place: Path, changes: dict[str, Any]) -> Facts:
    layout = Layout.under(place)
    return make_facts(changes, layout=layout, engine=probe_engine(layout.project))


def left_of(place: Path) -> list[str]:
    """What a trial left on the engine, and in the folders of the installation."""
    label = f"--filter=label={labels.TRIAL}={Layout.under(place).project}"
    containers = run("docker", "ps", "--all", "--quiet", label).stdout.split()
    return [*containers, *map(str, place.parent.parent.iterdir())]


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files to another user")
def test_it_is_read_by_the_user_of_the_container(engine: Engine, place: Path) -> None:
    before = place.parent.parent.stat().st_mtime_ns
    assert mount_refusal(facts_of(place, ROOT), ANSWERS) == ""
    assert left_of(place) == []
    assert place.parent.parent.stat().st_mtime_ns == before


def test_what_cannot_be_read_is_told_in_the_words_of_the_container(
    engine: Engine, place: Path
) -> None:
    facts = facts_of(place, STRANGER)
    for _again in range(2):  # what was refused is tried again
        assert mount_refusal(facts, ANSWERS) == "cat: /run/mosaic-trial: Permission denied"
    assert left_of(place) == []


def test_what_a_killed_trial_left_goes_with_the_next_one(engine: Engine, place: Path) -> None:
    label = f"--label={labels.TRIAL}={Layout.under(place).project}"
    run("docker", "create", label, f"--label={engine.label}", "valkey/valkey:8-alpine", "true")
    folder = Layout.under(place).config
    folder.mkdir(parents=True)
    killed, recent = folder / ".mosaic-trial-killed", folder / ".mosaic-trial-recent"
    for path in (killed, recent):
        path.touch()
    os.utime(killed, (0, 0))
    assert "denied" in mount_refusal(facts_of(place, STRANGER), ANSWERS)
    assert left_of(place) == [str(place.parent)]
    assert list(folder.iterdir()) == [recent]


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({"disk.is_writable": False}, STANDALONE),
        ({"disk.is_ours": False}, STANDALONE),
        ({}, {"tier": "local"}),
    ],
)
def test_it_is_not_tried_where_there_is_nothing_to_try(
    engine: Engine, place: Path, changes: dict[str, Any], answers: dict[str, Any]
) -> None:
    assert mount_refusal(facts_of(place, STRANGER | changes), make_answers(**answers)) == ""
