"""The argument parser, with errors that are ours."""

import argparse
from functools import cache
from typing import NoReturn, TypeAlias

from mosaic_installer.errors import AnswersError


class _Formatter(argparse.HelpFormatter):
    """Asks how wide the terminal is when there is something to print: one is made per argument."""

    WIDEST_GAP = 24

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)

    def format_help(self) -> str:
        from shutil import get_terminal_size

        self._width = get_terminal_size().columns - 2
        self._max_help_position = min(self.WIDEST_GAP, max(self._width - 20, 2))
        return super().format_help()


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog)

    def error(self, message: str) -> NoReturn:
        raise AnswersError(
            message, f"`{self.prog} --help` shows how it is used", identifier="bad-usage"
        )


@cache
def shared() -> Parser:
    """Return the arguments of every command that answers more than one line."""
    parser = Parser(add_help=False)
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    parser.add_argument("--verbose", action="store_true", help="say more")
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - as it says below
"""Where commands and verbs are added; argparse has no public name for it."""
