"""The command line of `mosaic cluster`."""

import argparse
from pathlib import Path

from mosaic_installer.parser import Commands, Parser, shared


def add_cluster(command: Parser) -> None:
    """Declare the verbs of `mosaic cluster`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser("init", help="make a Docker Swarm of this machine alone")
    _add_address(parser)
    parser.set_defaults(run=_init)
    _add_joining(verbs)
    parser = verbs.add_parser(
        "status", parents=[shared()], help="nodes, services and tasks, and where the data is"
    )
    parser.set_defaults(run=_status)
    parser = verbs.add_parser(
        "check", parents=[shared()], help="look for problems of the nodes, and between them"
    )
    parser.set_defaults(run=_check)
    _add_nodes(verbs)
    _add_places(verbs)
    _add_render(verbs)
    parser = verbs.add_parser(
        "recover", help="make this machine the only manager, when most managers are lost"
    )
    _add_consent(parser)
    parser.set_defaults(run=_recover)


def _add_joining(verbs: Commands) -> None:
    parser = verbs.add_parser(
        "join-token", help="print the line that lets one more machine join; earlier ones end"
    )
    parser.add_argument("--manager", action="store_true", help="let it join as a manager")
    parser.add_argument(
        "--wait", action="store_true", help="wait until it has joined, then make the line useless"
    )
    parser.set_defaults(run=_join_token)
    parser = verbs.add_parser("join", help="let this machine join the Swarm of another")
    parser.add_argument("manager", metavar="ADDRESS", help="the address of a manager")
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="a file with the join token; - is stdin, where it is read from without this, too",
    )
    _add_address(parser)
    parser.set_defaults(run=_join)


def _add_nodes(verbs: Commands) -> None:
    for verb, purpose in (
        ("drain", "stop what runs on a node, and start nothing there"),
        ("activate", "let services run on a node again"),
        ("remove", "take a node out of the Swarm, unless data is on it"),
    ):
        parser = verbs.add_parser(verb, help=purpose)
        parser.add_argument("node", metavar="NODE", help="its name, or its identifier")
        if verb != "activate":
            _add_consent(parser)
        parser.set_defaults(run=_nodes, verb=verb)


def _add_places(verbs: Commands) -> None:
    parser = verbs.add_parser("place", help="choose the node that a service without data begins on")
    parser.add_argument("service", metavar="SERVICE", help="postgres, for example")
    parser.add_argument("node", metavar="NODE", help="its name, or its identifier")
    parser.set_defaults(run=_place)
    parser = verbs.add_parser("move", help="move a service to another node, with its data")
    parser.add_argument("service", metavar="SERVICE", help="postgres, for example")
    parser.add_argument("node", metavar="NODE", help="its name, or its identifier")
    parser.add_argument(
        "--old-data",
        action="store_true",
        help="go back to the data that an earlier move left there, without what came since",
    )
    _add_consent(parser)
    parser.set_defaults(run=_move)


def _add_render(verbs: Commands) -> None:
    parser = verbs.add_parser(
        "render",
        help="print the services as a stack.yaml, to deploy them by hand or with Portainer",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write it to a file instead of stdout"
    )
    parser.set_defaults(run=_render)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--address",
        default="",
        metavar="ADDRESS",
        help="the address of this machine that other nodes would reach it by",
    )


def _add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _init(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster

    return cluster.init(parsed.address)


def _join_token(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster

    return cluster.join_token(is_manager=parsed.manager, waits=parsed.wait)


def _join(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster

    return cluster.join_swarm(parsed.manager, parsed.address, parsed.token_file)


def _recover(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster

    return cluster.recover_swarm(assume_yes=parsed.yes)


def _status(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.cluster_status import status

    return status(as_json=parsed.json)


def _check(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.cluster_check import check

    return check(as_json=parsed.json)


def _nodes(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster_nodes

    match parsed.verb:
        case "drain":
            return cluster_nodes.drain(parsed.node, assume_yes=parsed.yes)
        case "remove":
            return cluster_nodes.remove(parsed.node, assume_yes=parsed.yes)
        case _:
            return cluster_nodes.activate(parsed.node)


def _place(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.cluster_place import place

    return place(parsed.service, parsed.node)


def _move(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.cluster_move import move, move_back

    verb = move_back if parsed.old_data else move
    return verb(parsed.service, parsed.node, assume_yes=parsed.yes)


def _render(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.cluster_render import render

    return render(parsed.output)
