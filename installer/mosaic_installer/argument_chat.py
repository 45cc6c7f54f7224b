"""The command line of `mosaic chat`."""

import argparse

from mosaic_installer.parser import Parser


def add_chat(parser: Parser) -> None:
    """Declare the arguments of `mosaic chat`."""
    parser.add_argument(
        "text", metavar="TEXT", nargs="?", help="the question; - is stdin, as is a pipe without it"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--continue", dest="continues", action="store_true", help="the latest conversation"
    )
    which.add_argument("--conversation", metavar="ID", help="this conversation")
    parser.add_argument("--model", metavar="NAME", help="this model, such as mosaic/cheap")
    parser.add_argument(
        "--json", action="store_true", help="one JSON document a line for each event"
    )
    parser.set_defaults(run=_chat)


def _chat(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import chat

    wanted = chat.Wanted(
        conversation=parsed.conversation,
        continues=parsed.continues,
        model=parsed.model,
        as_json=parsed.json,
    )
    return chat.run(parsed.text, wanted)
