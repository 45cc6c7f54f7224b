"""The journal: every action can be written and read back, and damage is told from a torn end."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.action_cases import CASES
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.actions.directory import MakeDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.images import BuildImage, PullImages
from mosaic_installer.core.actions.secrets import (
    KeepSecrets,
)
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.records.journal import Journal, begun_steps, rewritten

pytestmark = pytest.mark.unit

HOME = LAYOUT.root
GATEWAY = make_gateway()
ODD = LAYOUT.data / 'größe "and" spaces'
STACK = Stack(layout=LAYOUT, project="mosaic", services=("postgres", "gateway"))
ODD_ONES: tuple[Action, ...] = (
    MakeDirectory(path=ODD, is_ours_alone=True),
    KeepSecrets(path=LAYOUT.secrets, names=("one", "two"), dropped=("three",)),
    SaveAnswers(path=LAYOUT.answers, values={"gateway.port": 8080, "tier": "local"}),
    PullImages(images=("a:1", "b:2")),
    PinAuthority(stack=STACK, reader=10001),
    StartGateway(gateway=make_gateway(stack=STACK)),
)
ACTIONS = (*(case.action for case in CASES), *ODD_ONES)
STEPS = tuple(Step(stage="Größe", action=action) for action in ACTIONS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def record(path: Path, *steps: Step) -> None:
    journal = Journal(path, HOME)
    for step in steps:
        journal.record("begun", step)
        journal.record("done", step)
    journal.close()


def without_texts(action: Any) -> Action:
    kept: Action = replace(action, **dict.fromkeys(action.about.unjournaled, ""))
    return kept


@pytest.mark.parametrize("step", STEPS, ids=[type(action).__name__ for action in ACTIONS])
def test_an_action_is_read_back_as_it_was_written(path: Path, step: Step) -> None:
    record(path, step)
    step = replace(step, action=without_texts(step.action))
    assert begun_steps(path, HOME) == (step,)
    path.write_bytes(rewritten((step,), HOME))
    assert begun_steps(path, HOME) == (step,)


def test_an_action_of_an_installation_without_one_home_is_read_back(path: Path) -> None:
    layout = Layout(home=None, config=Path("/c"), data=Path("/d"), state=Path("/s"))
    step = Step(stage="Gateway", action=StartGateway(gateway=make_gateway(layout=layout)))
    record(path, step)
    assert begun_steps(path, HOME) == (step,)


def test_the_content_of_files_is_not_repeated(path: Path) -> None:
    record(path, Step(stage="x", action=WriteFile(path=ODD, content="a long text")))
    assert "a long text" not in path.read_text()


def test_the_journal_begins_with_its_format_and_is_private(path: Path) -> None:
    record(path)
    record(path, STEPS[0])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows[0]["journal"] == 1
    assert [row.get("outcome") for row in rows] == [None, "begun", "done"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_step_that_was_begun_often_is_undone_once_at_its_latest_place(path: Path) -> None:
    record(path, STEPS[0], STEPS[4], STEPS[0])
    assert begun_steps(path, HOME) == (STEPS[4], STEPS[0])


def test_steps_that_made_different_things_are_all_undone(path: Path) -> None:
    made = (
        BuildImage(name="gateway:1", on="b:2"),
        BuildImage(name="gateway:2", on="b:2"),
        StartGateway(gateway=make_gateway(supervisor="daemon")),
        StartGateway(gateway=make_gateway(supervisor="systemd")),
        StartGateway(gateway=make_gateway(stack=STACK)),
    )
    steps = tuple(Step(stage="x", action=action) for action in made)
    record(path, *steps)
    assert begun_steps(path, HOME) == steps


@pytest.mark.parametrize("gateway", [make_gateway(), make_gateway(stack=STACK)])
def test_a_gateway_that_an_earlier_version_wrote_is_the_same(path: Path, gateway: Gateway) -> None:
    step = Step(stage="Gateway", action=StartGateway(gateway=gateway))
    record(path, step)
    row = json.loads(path.read_text().splitlines()[1])
    runtime = row["action"]["gateway"].pop("runtime")
    row["action"]["gateway"] |= {"supervisor": "daemon", "unit_folder": "/u", "stack": None}
    row["action"]["gateway"] |= runtime
    path.write_text(json.dumps(row) + "\n")
    assert begun_steps(path, HOME) == (step,)


def test_without_a_journal_nothing_was_begun(path: Path) -> None:
    assert begun_steps(path, HOME) == ()


@pytest.mark.parametrize("torn", ['{"at": "20', '{"outcome": "begun"}', "\x00\x00"])
def test_a_torn_last_line_is_passed_over(path: Path, torn: str) -> None:
    record(path, STEPS[0])
    with path.open("a") as file:
        file.write(torn)
    assert begun_steps(path, HOME) == (STEPS[0],)


def test_a_torn_last_line_does_not_spoil_the_next_one(path: Path) -> None:
    record(path, STEPS[0])
    with path.open("a") as file:
        file.write('{"at": "20')
    record(path, STEPS[1])
    assert begun_steps(path, HOME) == (STEPS[0], STEPS[1])


@pytest.mark.parametrize(
    "line",
    [
        b"{torn}",
        b"[]",
        b"null",
        b'{"journal": 2}',
        b'{"journal": "x"}',
        b'{"outcome": "begun", "kind": "FlyToTheMoon", "stage": "x", "action": {}}',
        b'{"outcome": "begun"}',
        b'{"outcome": "begun", "kind": "WriteFile", "stage": "x", "action": {}}',
        b'{"outcome": "begun", "kind": "WriteFile", "stage": "x", "action": []}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_line_or_a_newer_journal_is_refused(path: Path, line: bytes) -> None:
    record(path, STEPS[0])
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(InstallerError, match="cannot be read") as refused:
        begun_steps(path, HOME)
    assert refused.value.identifier == "journal-damaged"
    assert refused.value.hint


def test_a_journal_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InstallerError, match="cannot write"):
        Journal(tmp_path / "nowhere" / "journal.jsonl", HOME)


def test_the_paths_of_an_installation_that_was_moved_are_translated(tmp_path: Path) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    inside = Step(stage="Folders", action=MakeDirectory(path=before / "data", is_ours_alone=True))
    outside = Step(stage="Gateway", action=WriteFile(path=tmp_path / "a.service", content=""))
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, before)
    for step in (inside, outside):
        journal.record("begun", step)
    journal.close()
    there = MakeDirectory(path=now / "data", is_ours_alone=True)
    moved = Step(stage="Folders", action=there)
    assert begun_steps(path, now) == (moved, outside)


def test_a_copy_leaves_alone_what_belongs_to_the_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    path = tmp_path / "journal.jsonl"
    theirs = Step(stage="Gateway", action=WriteFile(path=tmp_path / "a.service", content=""))
    ours = Step(stage="Gateway", action=WriteFile(path=tmp_path / "b.service", content=""))
    for home, step in ((original, theirs), (copy, ours)):
        journal = Journal(path, home)
        journal.record("begun", step)
        journal.close()
    assert begun_steps(path, copy) == (ours,)
    assert begun_steps(path, original) == (theirs, ours)
