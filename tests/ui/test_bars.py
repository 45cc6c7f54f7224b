"""What goes on side by side: a bar each on a terminal, a line each where nothing moves."""

import io
import json
import re

import pytest
from rich.console import Console

from mosaic_installer.core.events import ActionProgressed, ActionStarted, Finished, StageStarted
from mosaic_installer.core.share import Phase, Share
from mosaic_installer.ui.bars import Bars
from mosaic_installer.ui.screen import ScreenView
from mosaic_installer.ui.view import JsonView, PlainView, View

pytestmark = pytest.mark.unit

WHERE = {"stage": "Images", "action": "Fetch the images"}
NAME, OTHER = "pgvector/pgvector:pg17", "registry.example.org:5000/team/valkey/valkey:8-alpine"


def share(of: str, phase: Phase, percent: int) -> Share:
    return Share(of=of, phase=phase, percent=percent)


SHARES = (
    share(NAME, "downloading", 0),
    share(OTHER, "downloading", 45),
    share(NAME, "extracting", 7),
    share(NAME, "done", 100),
)


def watch(view: View) -> None:
    view.report(StageStarted(stage="Images"))
    view.report(ActionStarted(**WHERE))
    for each in SHARES:
        view.report(ActionProgressed(**WHERE, text=str(each), share=each, stays=False))
    view.report(Finished(ok=True, changed=0, skipped=0, gateway_url=""))


def drawn(*shares: Share, width: int, has_unicode: bool = True) -> list[str]:
    screen = io.StringIO()
    Console(file=screen, width=width).print(Bars(shares, has_unicode=has_unicode))
    return screen.getvalue().splitlines()


def test_a_bar_says_of_what_how_full_and_what_goes_on() -> None:
    lines = drawn(SHARES[1], share("a:1", "done", 100), width=100)
    assert [line.split() for line in lines] == [
        [OTHER, "█" * 11 + "░" * 15, "downloading", "45", "%"],
        ["a:1", "█" * 26, "done"],
    ]
    assert lines[0].index("█") == lines[1].index("█")


@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_bars_fit_their_window(width: int) -> None:
    lines = drawn(*SHARES, width=width)
    assert len(lines) == len(SHARES)
    assert all(len(line) <= width for line in lines)


def test_a_narrow_window_keeps_what_tells_images_apart() -> None:
    assert drawn(*SHARES[1:], width=40) == [
        "  valkey:8-alp… ██░░░░ downloading  45 %",
        "  pgvector:pg17 ░░░░░░ extracting    7 %",
        "  pgvector:pg17 ██████ done",
    ]


def test_bars_without_unicode() -> None:
    (line,) = drawn(SHARES[1], width=40, has_unicode=False)
    assert line == "  valkey:8-alp~ ##.... downloading  45 %"


def test_bars_without_colour_tell_full_from_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    screen = io.StringIO()
    console = Console(file=screen, width=40, force_terminal=True)
    console.print(Bars(SHARES[1:2], has_unicode=True))
    assert set(re.findall(r"\x1b\[([0-9;]*)m", screen.getvalue())) <= {"0", "2"}
    assert "██" in screen.getvalue()
    assert "░░░░" in screen.getvalue()


def test_plain_lines_say_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    watch(PlainView(is_verbose=False))
    assert capsys.readouterr().err == f"Images: Fetch the images\nImages: {NAME}: done\n"


def test_a_still_screen_says_what_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSAIC_REDUCED_MOTION", "1")
    monkeypatch.setenv("COLUMNS", "100")
    watch(ScreenView(is_verbose=False))
    assert [line.split(maxsplit=2)[2] for line in capsys.readouterr().err.splitlines()] == [
        "Fetch the images",
        f"{NAME}: done",
    ]


def test_programs_get_an_event_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    watch(JsonView())
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [row["share"] for row in rows if row["event"] == "action_progress"]
    assert told == [
        {"of": NAME, "phase": "downloading", "percent": 0},
        {"of": OTHER, "phase": "downloading", "percent": 45},
        {"of": NAME, "phase": "extracting", "percent": 7},
        {"of": NAME, "phase": "done", "percent": 100},
    ]
