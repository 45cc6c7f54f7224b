"""The command line of `mosaic agent`."""

import argparse
from pathlib import Path

from mosaic_installer.parser import Parser, shared


def add_agent(command: Parser) -> None:
    """Declare the verbs of `mosaic agent`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser(
        "list", parents=[shared()], help="your agents, then everybody's, with their models"
    )
    parser.set_defaults(run=_agent, verb="list")
    parser = verbs.add_parser("show", parents=[shared()], help="model, tools and prompt of one")
    _add_name(parser)
    parser.set_defaults(run=_agent, verb="show")
    parser = verbs.add_parser("create", help="make an agent")
    parser.add_argument("name", metavar="NAME", help="what it is asked by")
    _add_properties(parser)
    parser.add_argument("--shared", action="store_true", help="let everybody ask it")
    parser.set_defaults(run=_agent, verb="create", new_name=None)
    parser = verbs.add_parser("edit", help="change what the options name, and leave the rest")
    _add_name(parser)
    parser.add_argument("--name", dest="new_name", metavar="NEW", help="call it this")
    _add_properties(parser)
    parser.set_defaults(run=_agent, verb="edit", shared=False)
    parser = verbs.add_parser("remove", help="remove it for good")
    _add_name(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_agent, verb="remove")


def _add_name(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `mosaic agent list` shows it")


def _add_properties(parser: Parser) -> None:
    prompt = parser.add_mutually_exclusive_group()
    prompt.add_argument("--prompt", metavar="TEXT", help="what it is told about its work")
    prompt.add_argument(
        "--prompt-file", type=Path, metavar="FILE", help="a file with that; - is stdin"
    )
    parser.add_argument("--model", metavar="NAME", help="as `mosaic models` lists it (mosaic)")
    tools = parser.add_mutually_exclusive_group()
    tools.add_argument(
        "--tool",
        dest="tools",
        action="append",
        metavar="NAME",
        help="it may use this tool of a program that asks it, and no others; repeat it for more",
    )
    tools.add_argument(
        "--no-tools",
        dest="tools",
        action="store_const",
        const=(),
        help="it may use no tool of a program that asks it",
    )
    tools.add_argument(
        "--all-tools",
        dest="tools",
        action="store_const",
        const=("*",),
        help="it may use all of them (default)",
    )
    memory = parser.add_mutually_exclusive_group()
    memory.add_argument(
        "--memory",
        action="store_true",
        default=None,
        help="let it remember facts for you, and recall them in later conversations",
    )
    memory.add_argument(
        "--no-memory", dest="memory", action="store_false", default=None, help="do not (default)"
    )


def _agent(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import agent

    match parsed.verb:
        case "list":
            return agent.list_all(as_json=parsed.json)
        case "show":
            return agent.show(parsed.name, as_json=parsed.json)
        case "remove":
            return agent.remove(parsed.name, assume_yes=parsed.yes)
    wanted = agent.Wanted(
        name=parsed.new_name,
        prompt=parsed.prompt,
        prompt_file=parsed.prompt_file,
        model=parsed.model,
        tools=None if parsed.tools is None else tuple(parsed.tools),
        remembers=parsed.memory,
        is_shared=parsed.shared,
    )
    if parsed.verb == "create":
        return agent.create(parsed.name, wanted)
    return agent.edit(parsed.name, wanted)
