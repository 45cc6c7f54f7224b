"""The command line of `mosaic cluster`."""

import argparse

from mosaic_installer.parser import Parser, shared


def add_cluster(command: Parser) -> None:
    """Declare the verbs of `mosaic cluster`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser("init", help="make a Docker Swarm of this machine alone")
    parser.add_argument(
        "--address",
        default="",
        metavar="ADDRESS",
        help="the address of this machine that other nodes would reach it by",
    )
    parser.set_defaults(run=_cluster, verb="init")
    parser = verbs.add_parser(
        "status", parents=[shared()], help="nodes, services and tasks, and where the data is"
    )
    parser.set_defaults(run=_cluster, verb="status")


def _cluster(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import cluster

    if parsed.verb == "init":
        return cluster.init(parsed.address)
    return cluster.status(as_json=parsed.json)
