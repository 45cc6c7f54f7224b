"""The command line of `mosaic usage`."""

import argparse

from mosaic_installer.parser import Parser


def add_usage(parser: Parser) -> None:
    """Declare the arguments of `mosaic usage`."""
    parser.add_argument(
        "--by",
        choices=("user", "agent", "provider", "model"),
        default="model",
        help="what to add up (model); user includes everyone",
    )
    parser.add_argument("--month", metavar="YYYY-MM", help="another month than the present one")
    parser.add_argument("--everyone", action="store_true", help="include every user, not just you")
    parser.set_defaults(run=_usage)


def _usage(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.usage import run

    return run(parsed.month, parsed.by, everyone=parsed.everyone, as_json=parsed.json)
