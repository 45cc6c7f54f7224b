"""A plan as a person reviews it: in short, and whole at any width."""

import pytest
from tests.make import HOST, make_answers, make_facts

from mosaic_installer.core.finding import warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.plan import Surveyed, make_plan
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.stages import STAGES
from mosaic_installer.ui.plan_view import plan_rows
from mosaic_installer.ui.prompts import ScreenConversation
from mosaic_installer.ui.review import show_every_step, show_findings, show_plan

pytestmark = pytest.mark.unit

GIVEN = Layer(
    values={
        key: Given(text=text, source="--set")
        for key, text in {
            "admin.email": "ada@example.org",
            "admin.password": "correct-horse-9",
            "gateway.bind": "::1",
        }.items()
    }
)
SETTLED = settle([GIVEN], HOST)
SURVEYED = tuple(
    Surveyed(step=step, is_done=False) for step in make_plan(STAGES, make_facts(), make_answers())
)


def test_a_plan_in_short_hides_no_kind_of_step() -> None:
    rows = plan_rows(SURVEYED, in_full=False)
    assert rows[0] == ("Folders", "Create the folder /srv/mosaic, and 6 more")
    kinds = {(row.step.stage, type(row.step.action)) for row in SURVEYED}
    assert len(rows) == len(kinds) < len(SURVEYED)
    at = [stage for stage, _ in rows].index("Gateway")
    assert rows[at] == ("Gateway", "Create the folder /home/ada/.config, and 2 more")
    assert ("", "Create the database /srv/mosaic/data/mosaic.db") in rows[at:]
    assert len(plan_rows(SURVEYED, in_full=True)) == len(SURVEYED)
    done = [Surveyed(step=row.step, is_done=True) for row in SURVEYED]
    assert plan_rows(done, in_full=True) == []


def test_a_step_that_may_turn_out_to_be_needless_is_announced_as_that() -> None:
    last = replace(SURVEYED[-1], is_unsure=True)
    ((_, announced),) = plan_rows([last], in_full=True)
    assert announced == f"{last.step.action.describe()} (if needed)"


@pytest.mark.parametrize("width", [40, 100])
def test_the_plan_screen_fits_its_terminal_and_loses_nothing(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    show_plan(ScreenConversation(), SETTLED, SURVEYED)
    show_every_step(ScreenConversation(), SURVEYED)
    show_findings(ScreenConversation(), [warning("a [bracketed] message", "a hint")])
    err = capsys.readouterr().err
    assert all(len(line) <= width for line in err.splitlines())
    said = "".join(err.split())
    for row in SURVEYED:
        words = row.step.action.describe().split()
        assert all(word in said for word in words if len(word) < 20)
    assert "a[bracketed]message" in said
    assert "correct-horse-9" not in said
