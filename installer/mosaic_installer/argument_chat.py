"""The command line of `mosaic chat`, `conversation`, `models` and `routing`."""

import argparse

from mosaic_installer.argument_memory import add_limit
from mosaic_installer.parser import Parser, shared


def add_chat(parser: Parser) -> None:
    """Declare the arguments of `mosaic chat`."""
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="?",
        help="the question (- is stdin); without it stdin, or a conversation at a terminal",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--continue", dest="continues", action="store_true", help="continue the latest conversation"
    )
    which.add_argument("--conversation", metavar="ID", help="continue this conversation")
    parser.add_argument("--model", metavar="NAME", help="use this model, such as mosaic/cheap")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--agent", metavar="NAME", help="use this agent from now on")
    who.add_argument(
        "--no-agent", dest="agent", action="store_const", const="", help="stop using an agent"
    )
    parser.add_argument("--json", action="store_true", help="print each event as a line of JSON")
    parser.set_defaults(run=_chat)


def _chat(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import chat

    wanted = chat.Wanted(
        conversation=parsed.conversation,
        continues=parsed.continues,
        model=parsed.model,
        agent=parsed.agent,
        as_json=parsed.json,
    )
    return chat.run(parsed.text, wanted)


def add_conversation(command: Parser) -> None:
    """Declare the verbs of `mosaic conversation`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser(
        "list", parents=[shared()], help="list the latest conversations with their IDs"
    )
    add_limit(parser)
    parser.set_defaults(run=_conversation, verb="list")
    parser = verbs.add_parser(
        "search", parents=[shared()], help="find where in your conversations something was said"
    )
    parser.add_argument("text", metavar="TEXT", help="words to look for")
    add_limit(parser)
    parser.set_defaults(run=_conversation, verb="search")
    parser = verbs.add_parser("show", parents=[shared()], help="show a conversation")
    _add_id(parser)
    parser.set_defaults(run=_conversation, verb="show")
    parser = verbs.add_parser("export", help="print a conversation as JSON")
    _add_id(parser)
    parser.set_defaults(run=_conversation, verb="show", json=True)
    parser = verbs.add_parser("rename", help="change its title")
    _add_id(parser)
    parser.add_argument("title", metavar="TITLE")
    parser.set_defaults(run=_conversation, verb="rename")
    parser = verbs.add_parser("delete", help="delete it permanently")
    _add_id(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_conversation, verb="delete")


def _add_id(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="as `mosaic conversation list` shows it")


def _conversation(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import conversation

    match parsed.verb:
        case "list":
            return conversation.list_latest(parsed.limit, as_json=parsed.json)
        case "search":
            return conversation.search(parsed.text, parsed.limit, as_json=parsed.json)
        case "show":
            return conversation.show(parsed.id, as_json=parsed.json)
        case "rename":
            return conversation.rename(parsed.id, parsed.title)
        case _:
            return conversation.delete(parsed.id, assume_yes=parsed.yes)


def add_models(parser: Parser) -> None:
    """Declare the arguments of `mosaic models`."""
    parser.set_defaults(run=_models)


def _models(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.models import run

    return run(as_json=parsed.json)


def add_routing(command: Parser) -> None:
    """Declare the verbs of `mosaic routing`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser(
        "explain", parents=[shared()], help="show which models would answer a question, and why"
    )
    parser.add_argument("text", metavar="TEXT", nargs="?", help="the question; - is stdin")
    parser.set_defaults(run=_routing)


def _routing(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.routing import explain

    return explain(parsed.text, as_json=parsed.json)
