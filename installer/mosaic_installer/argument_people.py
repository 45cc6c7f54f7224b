"""The command line of `mosaic user`."""

import argparse
from pathlib import Path

from mosaic_installer.parser import Parser, shared


def add_user(command: Parser) -> None:
    """Declare the verbs of `mosaic user`."""
    verbs = command.add_subparsers(title="verbs", metavar="VERB", required=True)
    parser = verbs.add_parser("list", parents=[shared()], help="list accounts and open invitations")
    parser.set_defaults(run=_user, verb="list")
    parser = verbs.add_parser(
        "invite", parents=[shared()], help="invite someone: prints a code that works once"
    )
    _add_email(parser)
    parser.add_argument("--role", choices=("member", "admin"), default="member", help="(member)")
    parser.add_argument("--expires-in", type=int, metavar="DAYS", help="days until it expires (7)")
    parser.set_defaults(run=_user, verb="invite")
    parser = verbs.add_parser("accept", help="turn an invitation into an account")
    parser.add_argument("--name", help="your display name")
    parser.add_argument(
        "--code-file", type=Path, metavar="FILE", help="a file with the code; - is stdin"
    )
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="a file with a password; - is stdin"
    )
    parser.set_defaults(run=_user, verb="accept")
    parser = verbs.add_parser("remove", help="remove an account, or withdraw an invitation")
    _add_email(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_user, verb="remove")
    for verb, what in (("promote", "an administrator"), ("demote", "a member")):
        parser = verbs.add_parser(verb, help=f"make someone {what}")
        _add_email(parser)
        parser.set_defaults(run=_user, verb=verb)
    parser = verbs.add_parser("limit", help="limit what someone may spend on models in a month")
    _add_email(parser)
    parser.add_argument(
        "amount",
        metavar="AMOUNT",
        help="US dollars; none for no limit, default for the one in `limits.monthly`",
    )
    parser.set_defaults(run=_user, verb="limit")


def _add_email(parser: Parser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="their e-mail address")


def _user(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import user

    match parsed.verb:
        case "list":
            return user.list_all(as_json=parsed.json)
        case "invite":
            return user.invite(parsed.email, parsed.role, parsed.expires_in, as_json=parsed.json)
        case "remove":
            return user.remove(parsed.email, assume_yes=parsed.yes)
        case "limit":
            return user.set_limit(parsed.email, parsed.amount)
        case "accept":
            return user.accept(
                user.Guest(
                    name=parsed.name,
                    code_file=parsed.code_file,
                    password_file=parsed.password_file,
                )
            )
        case verb:
            return user.set_role(verb, parsed.email)
