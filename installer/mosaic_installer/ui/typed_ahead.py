"""What was typed before a question was shown was meant for another one: it is thrown away."""

from select import select
from time import monotonic

from prompt_toolkit.application import get_app_session
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.keys import Keys

QUIET_SECONDS = 0.7
"""How long no key may have come: a key that is held is repeated after 0.66 s at most, by default
of X11; other systems begin sooner."""


def throw_away_typed(since: float) -> None:
    """Wait until no key has come for `QUIET_SECONDS`, and forget those that do.

    `since`, of the monotonic clock, is when the last question was answered. Raises
    `KeyboardInterrupt` on Ctrl-C.
    """
    source = get_app_session().input
    clear_typeahead(source)
    with source.raw_mode():
        end = since + QUIET_SECONDS
        while not source.closed:
            ready, _, _ = select([source.fileno()], [], [], max(0.0, end - monotonic()))
            if not ready:
                break
            pressed = [*source.read_keys(), *source.flush_keys()]
            if any(press.key == Keys.ControlC for press in pressed):
                raise KeyboardInterrupt
            end = monotonic() + QUIET_SECONDS
