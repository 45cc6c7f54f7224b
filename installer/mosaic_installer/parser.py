"""The argument parser, with errors that are ours."""

import argparse
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NoReturn, TypeAlias

from mosaic_installer.errors import AnswersError

VERB = "VERB"
"""What the usage calls the second word of a command that has several."""


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

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Fold what is to be read; a line that begins further in is to be copied, and stays."""
        fill, lines = super()._fill_text, text.split("\n")
        return "\n".join(
            line if line.startswith(" ") else fill(line, width, indent) for line in lines
        )


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours.

    No option can be shortened: what is short for one option today is short for two tomorrow.
    """

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **{**options, "allow_abbrev": False})

    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog)

    # Argparse's own takes a namespace of any class, which nobody here has.
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is left over here, where the help is of the command that was meant."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(_unknown(unknown[0], self._option_string_actions))
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        if message.endswith(f"required: {VERB}"):
            (verbs,) = (row.choices or () for row in self._actions if row.metavar == VERB)
            message = f"`{self.prog}` needs one of these words: {', '.join(verbs)}"
        hint = f"run `{self.prog} --help` for usage"
        raise AnswersError(_meant(message), hint, identifier="bad-usage")


def _meant(message: str) -> str:
    """Return what argparse says of a word that is none of its choices, in short, with the nearest.

    A list of everything there is helps less than the one word that was meant.
    """
    # The wording is the same from Python 3.11 to 3.14, but for the quotes around the choices.
    found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL)
    if found is None:
        return message
    word, choices = found[1], found[2].replace("'", "").split(", ")
    meant = _nearest(word, choices) or f"choose from {', '.join(choices)}"
    return f"there is no `{word}`; {meant}"


def _unknown(word: str, options: Iterable[str]) -> str:
    """Return what is wrong with a word that no argument takes."""
    if not word.startswith("-"):
        return f"`{word}` is one word too many"
    name, known = word.partition("=")[0], sorted(options)  # a value may be a secret
    meant = _nearest(name, known)
    return f"there is no option `{name}`{meant and f'; {meant}'}"


def _nearest(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only who mistypes waits for it

    begun = [each for each in known if each.startswith(word)]
    close = begun or get_close_matches(word, known, n=1)
    return f"did you mean `{close[0]}`?" if close else ""


@cache
def shared() -> Parser:
    """Return the arguments of every command that answers more than one line."""
    parser = Parser(add_help=False)
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    parser.add_argument("--verbose", action="store_true", help="say more")
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - as it says below
"""Where commands and verbs are added; argparse has no public name for it."""
