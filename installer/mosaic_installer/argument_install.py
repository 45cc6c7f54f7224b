"""The command line of `mosaic install`."""

import argparse
from pathlib import Path

from mosaic_installer.parser import Parser


def add_install(parser: Parser) -> None:
    """Declare the arguments of `mosaic install`."""
    _add_answers(parser)
    _add_looks(parser)
    _add_ways(parser)
    parser.set_defaults(run=_install)


def _add_answers(parser: Parser) -> None:
    """Declare where answers come from."""
    parser.add_argument("--tier", metavar="TIER", help="storage tier: local, standalone, federated")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument(
        "--auto-ports", action="store_true", help="use the next free port if one is taken"
    )
    parser.add_argument(
        "--set",
        dest="pairs",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting; `mosaic config explain` lists them",
    )
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="read settings from a TOML file"
    )
    parser.add_argument(
        "--print-answers", action="store_true", help="print an answers file to fill in, then exit"
    )


def _add_looks(parser: Parser) -> None:
    """Declare what only looks, and changes nothing."""
    parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
    parser.add_argument("--diff", action="store_true", help="show how generated files would change")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 9 if anything would change"
    )


def _add_ways(parser: Parser) -> None:
    """Declare how it is done, and what of it."""
    parser.add_argument(
        "--only", action="append", default=[], metavar="STAGE", help="run this stage only"
    )
    parser.add_argument(
        "--ask",
        action="append",
        default=[],
        metavar="SECTION",
        help="ask only about this section, such as gateway",
    )
    parser.add_argument(
        "--plain", action="store_true", help="ask plain-text questions, for screen readers"
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="CHECK", help="skip a check"
    )
    parser.add_argument(
        "--pull",
        action="store_true",
        help="download images that are newer in their registry",
    )
    parser.add_argument(
        "--replace-edited",
        action="store_true",
        help="overwrite generated files, even ones you edited",
    )


def add_configure(parser: Parser) -> None:
    """Declare the arguments of `mosaic configure`."""
    parser.add_argument(
        "section", nargs="?", default="", metavar="SECTION", help="such as gateway or providers"
    )
    parser.add_argument(
        "--plain", action="store_true", help="ask plain-text questions, for screen readers"
    )
    parser.set_defaults(run=_configure)


def _configure(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.install import run
    from mosaic_installer.commands.options import Options

    section = parsed.section.lower()
    return run(
        Options(section=section, is_bare=True, is_plain=parsed.plain, is_verbose=parsed.verbose)
    )


def _install(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.install import run
    from mosaic_installer.commands.options import Options

    flags = {
        "tier": parsed.tier,
        "installer.assume_yes": "yes" if parsed.yes else None,
        "installer.auto_ports": "yes" if parsed.auto_ports else None,
    }
    given = {key: value for key, value in flags.items() if value is not None}
    if parsed.print_answers:
        from mosaic_installer.commands.answers_template import print_answers

        return print_answers(tuple(parsed.pairs), given, parsed.answers)
    return run(
        Options(
            pairs=tuple(parsed.pairs),
            flags=given,
            answers_file=parsed.answers,
            is_dry_run=parsed.dry_run,
            with_diff=parsed.diff,
            is_check=parsed.check,
            only=tuple(parsed.only),
            ask=tuple(parsed.ask),
            is_plain=parsed.plain,
            ignored=tuple(parsed.ignore),
            pulls=parsed.pull,
            replaces_edited=parsed.replace_edited,
            as_json=parsed.json,
            is_verbose=parsed.verbose,
        )
    )
