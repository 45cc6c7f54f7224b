"""What can be typed to look after an installation: `status`, `doctor`, `uninstall`."""

import argparse

from mosaic_installer.parser import Parser


def add_status(parser: Parser) -> None:
    """Declare what `mosaic status` takes."""
    parser.set_defaults(run=_status)


def _status(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.status import run

    return run(as_json=parsed.json)


def add_doctor(parser: Parser) -> None:
    """Declare what `mosaic doctor` takes."""
    parser.add_argument("--fix", action="store_true", help="repair the problems, then check again")
    parser.add_argument(
        "--dry-run", action="store_true", help="with --fix: show the repairs, change nothing"
    )
    parser.set_defaults(run=_doctor)


def _doctor(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.doctor import run

    return run(
        as_json=parsed.json,
        is_verbose=parsed.verbose,
        fixes=parsed.fix,
        is_dry_run=parsed.dry_run,
    )


def add_uninstall(parser: Parser) -> None:
    """Declare what `mosaic uninstall` takes."""
    data = parser.add_mutually_exclusive_group()
    data.add_argument("--keep-data", action="store_true", help="keep data and secrets (default)")
    data.add_argument("--purge", action="store_true", help="remove the data too")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be removed, change nothing"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_uninstall)


def _uninstall(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.uninstall import run

    return run(
        purge=parsed.purge, is_dry_run=parsed.dry_run, assume_yes=parsed.yes, as_json=parsed.json
    )
