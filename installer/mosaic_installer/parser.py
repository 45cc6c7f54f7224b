"""The argument parser, with errors that are ours."""

import argparse
from functools import cache
from typing import NoReturn, TypeAlias

from mosaic_installer.errors import AnswersError


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

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
