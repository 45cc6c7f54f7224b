"""The same run, seen on a terminal, as plain lines, and as JSON lines."""

import io
import json
import sys

import pytest

from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Event,
    Finished,
    StageStarted,
)
from mosaic_installer.core.finding import warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import LockedError
from mosaic_installer.ui.closing import Ready, call, show_closing
from mosaic_installer.ui.plain import PlainConversation
from mosaic_installer.ui.prompts import ScreenConversation
from mosaic_installer.ui.screen import ScreenView
from mosaic_installer.ui.terminal import is_interactive, is_lively, shows_unicode
from mosaic_installer.ui.view import JsonView, LateScreen, PlainView, View, opened_view

pytestmark = pytest.mark.unit

MAKE = {"stage": "Folders", "action": "Make [brackets] in the directory /srv/mosaic/state/logs"}
OPEN = {"stage": "Folders", "action": "Close the directory"}
START = {"stage": "Gateway", "action": "Start the gateway"}
RUN: tuple[Event, ...] = (
    StageStarted(stage="Folders"),
    ActionStarted(**MAKE),
    ActionProgressed(**MAKE, text="one of yours is kept", share=None, stays=True),
    ActionDone(**MAKE),
    ActionSkipped(**OPEN),
    StageStarted(stage="Gateway"),
    ActionStarted(**START),
    ActionProgressed(**START, text="5 s left", share=None, stays=False),
    ActionFailed(**START, id="port-in-use", message="port 1 is taken", hint="free it"),
    Finished(ok=False, changed=1, skipped=1, gateway_url=""),
)
LONG_TOKEN = "m" * 70


def watch(view: View) -> None:
    for event in RUN:
        view.report(event)


def test_plain_lines_say_what_is_done_and_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    watch(PlainView(is_verbose=False))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "Folders: Make [brackets] in the directory /srv/mosaic/state/logs\n"
        "Folders: one of yours is kept\n"
        "Gateway: Start the gateway\n"
        "Gateway: failed: Start the gateway\n"
    )


def test_plain_lines_say_on_request_what_had_nothing_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watch(PlainView(is_verbose=True))
    assert "Folders: nothing to do: Close the directory\n" in capsys.readouterr().err


def test_json_lines_are_one_object_per_event_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    watch(JsonView())
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert {row["schema"] for row in rows} == {1}
    assert [row["event"] for row in rows] == [
        "stage_started",
        "action_started",
        "action_progress",
        "action_done",
        "action_skipped",
        "stage_started",
        "action_started",
        "action_progress",
        "action_failed",
        "finished",
    ]
    assert rows[-2]["hint"] == "free it"


@pytest.mark.parametrize("width", [40, 100])
def test_the_screen_says_a_line_per_stage_at_any_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    watch(ScreenView(is_verbose=False))
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.rstrip().splitlines()
    assert all(len(line) <= width for line in lines)
    assert lines[0].startswith("✓ Folders")
    assert lines[-1].split() == ["✗", "Gateway", "Start", "the", "gateway"]
    said = "".join("".join(line.split()) for line in lines)
    assert "!Foldersoneofyoursiskept" in said
    assert "Make[brackets]inthedirectory/srv/mosaic/state/logs" in said


def test_the_screen_says_on_request_what_had_nothing_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    watch(ScreenView(is_verbose=True))
    assert "nothing to do: Close the directory" in capsys.readouterr().err


def test_the_screen_counts_the_steps_of_a_long_stage(capsys: pytest.CaptureFixture[str]) -> None:
    view = ScreenView(is_verbose=False)
    view.report(StageStarted(stage="Folders"))
    for _ in range(3):
        view.report(ActionDone(**MAKE))
    view.close()
    assert capsys.readouterr().err.split() == ["✓", "Folders", "3", "steps"]


def test_a_terminal_without_unicode_gets_marks_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii", errors="strict"))
    monkeypatch.setenv("COLUMNS", "100")
    assert not shows_unicode()
    watch(ScreenView(is_verbose=False))
    sys.stderr.flush()
    lines = raw.getvalue().decode("ascii").rstrip().splitlines()
    assert lines[0].startswith("+ Folders")
    assert lines[-1].startswith("x Gateway")


@pytest.mark.parametrize("width", [40, 100])
def test_address_token_and_path_can_be_copied_at_any_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    path = "/srv/a long [path] with spaces/config/gateway/admin-token"
    url = "http://127.0.0.1:14242"
    ready = Ready(url=url, token=Secret(LONG_TOKEN), path=path, command="mosaic", home="/srv/a b")
    show_closing(ScreenConversation(), ready)
    out, err = capsys.readouterr()
    assert out == ""
    export = "export MOSAIC_HOME='/srv/a b'"
    assert {url, LONG_TOKEN, path, export, call(ready)} <= set(err.splitlines())
    assert "install --ask providers" in " ".join(err.split())
    assert LONG_TOKEN not in call(ready)
    show_closing(ScreenConversation(), replace(ready, token=None, has_provider=True))
    err = capsys.readouterr().err
    assert "Your existing token still works." in " ".join(err.split())
    assert "mosaic chat" in err


def test_warnings_are_said_again_at_the_end_each_with_a_way_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = (warning("it is slow", "get another"), warning("it is old", "update it"))
    ready = Ready(url="http://x", token=None, path="/t", command="mosaic", warnings=found)
    show_closing(PlainConversation(), ready)
    said = capsys.readouterr().err
    assert said.endswith("\n\nwarning: it is slow (get another)\nwarning: it is old (update it)\n")


def test_the_call_to_copy_reads_the_token_where_no_list_of_processes_shows_it() -> None:
    ready = Ready(url="http://x.example", token=None, path="/srv/it's a", command="mosaic")
    assert call(ready) == (
        "printf 'Authorization: Bearer %s' \"$(cat '/srv/it'\"'\"'s a')\" "
        "| curl -H @- http://x.example/api/admin/tokens"
    )


def test_pipes_get_plain_lines_and_programs_get_json() -> None:
    with opened_view(as_json=True) as view:
        assert isinstance(view, JsonView)
    with opened_view() as view:
        assert isinstance(view, PlainView)


@pytest.mark.parametrize(
    ("error", "identifier"),
    [(LockedError("another run"), "locked"), (KeyboardInterrupt(), "interrupted")],
)
def test_programs_are_told_what_a_run_did_before_it_failed_and_why(
    error: BaseException, identifier: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        with opened_view(as_json=True) as view:
            view.report(ActionDone(**MAKE))
            view.report(ActionSkipped(**MAKE))
            raise error

    with pytest.raises(type(error)):
        run()
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    counts = {"changed": 1, "skipped": 1, "gateway_url": ""}
    assert last == {"schema": 1, "event": "finished", "ok": False, **counts, "id": identifier}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_only_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    assert is_interactive()
    assert is_lively()
    monkeypatch.setenv("TERM", "dumb")
    assert not is_interactive()
    assert not is_lively()
    monkeypatch.setenv("TERM", "xterm")
    closed = Terminal()
    closed.isatty = lambda: _raise(ValueError("I/O operation on closed file"))  # type: ignore[method-assign] # as a closed file does
    for stdin in (None, closed, io.StringIO()):
        monkeypatch.setattr(sys, "stdin", stdin)
        assert not is_interactive()


def _raise(error: Exception) -> bool:
    raise error


def test_a_screen_is_there_once_something_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with opened_view() as view:
        assert isinstance(view, LateScreen)
        view.report(Finished(ok=True, changed=0, skipped=3, gateway_url=""))
    assert terminal.getvalue() == ""
    with opened_view() as view:
        for event in RUN[:3]:
            view.report(event)
    assert MAKE["action"] in terminal.getvalue()
