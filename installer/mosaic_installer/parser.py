"""The argument parser, with errors that are ours."""

import argparse
from typing import NoReturn, TypeAlias

from mosaic_installer.errors import AnswersError


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

    def error(self, message: str) -> NoReturn:
        raise AnswersError(
            message, f"`{self.prog} --help` shows how it is used", identifier="bad-usage"
        )


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - as it says below
"""Where commands and verbs are added; argparse has no public name for it."""
