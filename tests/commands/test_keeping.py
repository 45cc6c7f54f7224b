"""What was typed is kept, also where one end of a run follows upon another."""

import os
import signal
import tomllib
from pathlib import Path

import pytest

from mosaic_installer.commands.keeping import keeping
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.signals import interrupted_by_signals

pytestmark = pytest.mark.unit


def test_a_signal_that_comes_while_it_is_kept_does_not_cut_that_short(tmp_path: Path) -> None:
    machine = LocalMachine(Layout.under(tmp_path / "m"))

    def typed() -> dict[str, str]:
        # As where a terminal is closed: what is typed has ended, and now comes the signal.
        os.kill(os.getpid(), signal.SIGTERM)
        return {"admin.email": "ada@example.org"}

    with (
        pytest.raises(KeyboardInterrupt),
        interrupted_by_signals(),
        keeping(typed, machine),
    ):
        raise KeyboardInterrupt
    kept = tomllib.loads((machine.layout.state / "draft.toml").read_text())
    assert kept == {"admin": {"email": "ada@example.org"}}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
