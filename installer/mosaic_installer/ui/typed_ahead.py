"""What was typed before a question was shown was meant for another one: it is thrown away."""

from collections.abc import Iterable
from select import select
from time import monotonic

from prompt_toolkit.application import get_app_session
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

from mosaic_installer.ui.terminal import QUIET_SECONDS


def throw_away_typed(since: float) -> None:
    """Wait until no key has come for `QUIET_SECONDS`, and forget those that do.

    `since`, of the monotonic clock, is when the last question was answered. Raises
    `KeyboardInterrupt` on Ctrl-C, and on Ctrl-D.
    """
    source = get_app_session().input
    _end_where_told(get_typeahead(source))
    with source.raw_mode():
        end = since + QUIET_SECONDS
        while not source.closed:
            ready, _, _ = select([source.fileno()], [], [], max(0.0, end - monotonic()))
            if not ready:
                break
            _end_where_told([*source.read_keys(), *source.flush_keys()])
            end = monotonic() + QUIET_SECONDS


def _end_where_told(pressed: Iterable[KeyPress]) -> None:
    if any(press.key in {Keys.ControlC, Keys.ControlD} for press in pressed):
        raise KeyboardInterrupt
