"""The command line of `mosaic job`."""

import argparse

from mosaic_installer.argument_memory import add_limit
from mosaic_installer.parser import Parser, shared

STATES = ("waiting", "running", "retrying", "done", "failed")


def add_job(command: Parser) -> None:
    """Declare the verbs of `mosaic job`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser("list", parents=[shared()], help="list the latest runs")
    parser.add_argument("--name", help="only those of this job")
    parser.add_argument("--state", choices=STATES, help="only those in this state")
    add_limit(parser)
    parser.set_defaults(run=_job, verb="list")
    parser = verbs.add_parser("retry", parents=[shared()], help="run a waiting or failed job now")
    parser.add_argument("id", metavar="ID", help="as `mosaic job list` shows it")
    parser.set_defaults(run=_job, verb="retry")


def _job(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import job

    match parsed.verb:
        case "list":
            return job.list_latest(
                parsed.limit, name=parsed.name, state=parsed.state, as_json=parsed.json
            )
        case _:
            return job.retry(parsed.id, as_json=parsed.json)
