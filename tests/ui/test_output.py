"""What is said beside the views: errors, findings, columns."""

import pytest

from mosaic_installer.core.finding import error, note, warning
from mosaic_installer.errors import GatewayDied, InstallerError
from mosaic_installer.ui import output

pytestmark = pytest.mark.unit


def test_an_error_is_two_sentences_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain(InstallerError("port 1 is taken", "free it"))
    assert capsys.readouterr() == ("", "error: port 1 is taken\n\nhint: free it\n")


def test_a_dead_gateway_shows_its_last_lines(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain(GatewayDied("it died", "read on", last_lines=("first", "last")))
    assert capsys.readouterr().err == (
        "error: it died\n\nthe last lines of its log:\n  first\n  last\n\nhint: read on\n"
    )


def test_findings_show_their_hint_and_notes_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    found = [error("e", "h"), warning("w", "h"), note("n", "h")]
    output.findings(found, with_notes=False)
    assert capsys.readouterr().err == "error: e\n  hint: h\nwarning: w\n  hint: h\n\n"
    output.findings(found, with_notes=True)
    assert "note: n []\n" in capsys.readouterr().err


def test_columns_are_aligned() -> None:
    assert output.lines([("a", "one"), ("long", "two"), ("", "")]) == "a     one\nlong  two\n"
    assert output.lines([]) == ""
