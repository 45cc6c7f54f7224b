"""Signals that end a run: like Ctrl-C, so that what is begun is left in order and typed is kept."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
INTERRUPTING = (signal.SIGINT, signal.SIGALRM)
"""Ctrl-C, and the alarm that brings back one that Python lost (cli.py)."""
STANDARD = (0, 1, 2)
"""The descriptors of stdin, stdout and stderr."""


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Raise `KeyboardInterrupt` at the first SIGTERM or SIGHUP; later ones wait for the end.

    One that is ignored stays so: that is how `nohup` lets a program outlive its terminal.
    """
    ours = [number for number in ENDING if signal.getsignal(number) == signal.SIG_DFL]
    terminals = [descriptor for descriptor in STANDARD if os.isatty(descriptor)]

    def interrupt(number: int, _frame: FrameType | None) -> None:
        # No handler of Python outlives an exec, so programs we start have their own again.
        for ending in (*ENDING, signal.SIGINT) if number == signal.SIGHUP else ours:
            signal.signal(ending, _stay)
        if number == signal.SIGHUP:
            _leave(terminals)
        raise KeyboardInterrupt

    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def uncut() -> Iterator[None]:
    """Let what ends a run wait until this is done, as Ctrl-C again, or the end of the terminal."""
    came: list[int] = []
    # Blocking them would not do: the system hands a signal to any thread that does not.
    before = {number: signal.getsignal(number) for number in (*ENDING, *INTERRUPTING)}
    heard = {number: act for number, act in before.items() if act not in {None, signal.SIG_IGN}}
    for number in heard:
        signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, act in heard.items():
            signal.signal(number, act)
        for first in came[:1]:
            signal.raise_signal(first)


def _stay(_number: int, _frame: FrameType | None) -> None:
    """Go on ending: what is being kept must not be cut short."""


def _leave(terminals: list[int]) -> None:
    """Let nobody wait for a terminal that is closed, and every word to it go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in terminals:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
