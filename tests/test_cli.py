"""The error boundary, where errors are not what they seem."""

import pytest

from mosaic_installer import cli

pytestmark = pytest.mark.unit


class _InterruptedWhileNamed:
    """An attribute that somebody presses Ctrl-C for while Python tells it its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_a_class_is_made_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make_class(_: list[str]) -> int:
        type("Machine", (), {"lost_parts": _InterruptedWhileNamed()})
        return 0

    monkeypatch.setattr(cli, "_run", make_class)
    assert cli.main(["status"]) == cli.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err
