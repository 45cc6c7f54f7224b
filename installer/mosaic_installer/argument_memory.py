"""The command line of `mosaic memory`."""

import argparse

from mosaic_installer.parser import Parser, shared


def add_memory(command: Parser) -> None:
    """Declare the verbs of `mosaic memory`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser("list", parents=[shared()], help="list the latest memories")
    add_limit(parser)
    parser.set_defaults(run=_memory, verb="list")
    parser = verbs.add_parser("search", parents=[shared()], help="find memories")
    parser.add_argument("text", metavar="TEXT", help="what to look for")
    add_limit(parser)
    parser.set_defaults(run=_memory, verb="search")
    parser = verbs.add_parser("add", parents=[shared()], help="remember something")
    parser.add_argument("text", metavar="TEXT", help="what to remember; - is stdin")
    parser.set_defaults(run=_memory, verb="add")
    parser = verbs.add_parser("forget", help="delete a memory permanently")
    parser.add_argument("id", metavar="ID", help="as `mosaic memory list` shows it")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_memory, verb="forget")


def add_limit(parser: Parser) -> None:
    """Declare how many are printed."""
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most this many (50)")


def _memory(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import memory

    match parsed.verb:
        case "list":
            return memory.list_latest(parsed.limit, as_json=parsed.json)
        case "search":
            return memory.search(parsed.text, parsed.limit, as_json=parsed.json)
        case "add":
            return memory.add(parsed.text, as_json=parsed.json)
        case _:
            return memory.forget(parsed.id, assume_yes=parsed.yes)
