"""What an installation would do, shown without touching anything: the published shapes."""

import json
from contextlib import nullcontext

import pytest
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_answers, make_facts

from mosaic_installer.commands.preview import check_only, show_diffs, show_dry_run
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.plan import Step, Surveyed, make_plan, survey
from mosaic_installer.errors import DriftFound
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

PLAN = make_plan(STAGES, make_facts(), make_answers())
CONFIG = Step(stage="X", action=WriteFile(path=LAYOUT.gateway_config, content="new\n"))
DONE = tuple(Surveyed(step=step, is_done=True) for step in PLAN)


def test_a_dry_run_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    machine = FakeMachine()
    show_dry_run(survey(PLAN, machine), machine, as_json=True, with_diff=False)
    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    assert set(document) == {"schema", "actions", "files"}
    assert document["schema"] == 1
    assert document["actions"] == [
        {
            "stage": row.step.stage,
            "action": row.step.action.describe(),
            "done": row.is_done,
            "if_needed": row.is_unsure,
        }
        for row in survey(PLAN, machine)
    ]
    assert {row["change"] for row in document["files"]} == {"create"}
    (config,) = (row for row in document["files"] if row["path"] == str(LAYOUT.gateway_config))
    assert set(config) == {"path", "change", "diff"}
    assert '+  "tier": "local",' in config["diff"].splitlines()
    assert "correct-horse-9" not in line
    assert machine.state() == FakeMachine().state()


def test_a_file_that_is_there_is_changed_and_not_created(
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine = FakeMachine()
    machine.files.write(LAYOUT.gateway_config, b"old\n")
    show_dry_run([Surveyed(step=CONFIG, is_done=False)], machine, as_json=True, with_diff=False)
    (row,) = json.loads(capsys.readouterr().out)["files"]
    assert row["change"] == "change"
    assert row["diff"].splitlines()[-2:] == ["-old", "+new"]


def test_a_dry_run_in_words_is_the_plan_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    machine = FakeMachine()
    show_dry_run(survey(PLAN, machine), machine, as_json=False, with_diff=True)
    out, err = capsys.readouterr()
    assert err == ""
    for row in survey(PLAN, machine):
        assert (row.step.action.describe() in out) == (not row.is_done)
    assert '+  "tier": "local",' in out.splitlines()


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show_dry_run(DONE, FakeMachine(), as_json=False, with_diff=True)
    assert capsys.readouterr().out == "Nothing would change.\n"
    assert check_only(DONE, FakeMachine(), as_json=False) == 0
    assert capsys.readouterr().out == ""


def test_a_check_lists_the_differences_and_ends_with_9(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*DONE, Surveyed(step=CONFIG, is_done=False)]
    with pytest.raises(DriftFound, match=f"1 step of {len(rows)} would change something") as drift:
        check_only(rows, FakeMachine(), as_json=False)
    assert drift.value.exit_code == 9
    assert drift.value.hint == "run `mosaic install` to apply them"
    assert capsys.readouterr().out == f"X  Write {LAYOUT.gateway_config}\n"


@pytest.mark.parametrize(
    ("sure", "unsure", "said"),
    [
        (2, 0, "2 steps of {} would change something"),
        (2, 3, "2 steps of {} would change something, and 3 more might (if needed)"),
        (0, 1, "1 step of {} might change something"),
    ],
)
def test_a_check_tells_what_may_not_be_needed_apart(sure: int, unsure: int, said: str) -> None:
    certain = Surveyed(step=CONFIG, is_done=False)
    doubtful = Surveyed(step=CONFIG, is_done=False, is_unsure=True)
    rows = [*DONE, *[certain] * sure, *[doubtful] * unsure]
    with pytest.raises(DriftFound) as drift:
        check_only(rows, FakeMachine(), as_json=False)
    assert drift.value.message == said.format(len(rows))
    assert ("what is needed" in drift.value.hint) == bool(unsure)


@pytest.mark.parametrize("rest", [(), (Surveyed(step=CONFIG, is_done=False),)])
def test_a_check_as_json_is_the_document_of_a_dry_run(
    rest: tuple[Surveyed, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*DONE, *rest]
    show_dry_run(rows, FakeMachine(), as_json=True, with_diff=False)
    expected = capsys.readouterr()
    with pytest.raises(DriftFound) if rest else nullcontext():
        check_only(rows, FakeMachine(), as_json=True)
    assert capsys.readouterr() == expected


def test_files_that_are_done_have_no_diff(capsys: pytest.CaptureFixture[str]) -> None:
    show_diffs(DONE, FakeMachine())
    assert capsys.readouterr().out == ""
