"""The command line of the commands that have verbs: token, admin, gateway, config, provider."""

import argparse
from pathlib import Path

from mosaic_installer.parser import Commands, Parser, shared


def add_token(command: Parser) -> None:
    """Declare the verbs of `mosaic token`."""
    verbs = _verbs(command)
    parser = verbs.add_parser("show", help="print the token, and nothing else")
    parser.set_defaults(run=_token, verb="show")
    parser = verbs.add_parser("recover", help="get a working token back, whatever was lost")
    parser.add_argument("--via", choices=("session", "password", "host"), help="use this way only")
    parser.add_argument(
        "--label", default="mosaic-installer", help="its name in the list of tokens"
    )
    parser.add_argument("--expires-in", type=int, metavar="DAYS", help="days until it expires")
    _add_sign_in(parser)
    parser.set_defaults(run=_token, verb="recover")
    parser = verbs.add_parser("rotate", help="replace the token and revoke the old one")
    parser.add_argument("--expires-in", type=int, metavar="DAYS", help="days until it expires")
    parser.set_defaults(run=_token, verb="rotate")
    parser = verbs.add_parser(
        "list", parents=[shared()], help="list all tokens, without their secret text"
    )
    parser.set_defaults(run=_token, verb="list")
    parser = verbs.add_parser("create", parents=[shared()], help="create and print a new token")
    parser.add_argument(
        "--label", default="mosaic token create", help="its name in the list of tokens"
    )
    parser.add_argument(
        "--scope",
        dest="scopes",
        action="append",
        choices=("chat", "admin"),
        help="what it may be used for (chat); repeat it for both",
    )
    parser.add_argument("--expires-in", type=int, metavar="DAYS", help="days until it expires")
    parser.set_defaults(run=_token, verb="create")
    parser = verbs.add_parser("revoke", help="revoke a token")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--force", action="store_true", help="even the saved admin token")
    parser.set_defaults(run=_token, verb="revoke")


def _token(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import token

    match parsed.verb:
        case "show":
            return token.show()
        case "recover":
            return token.recover_lost(
                token.Recovery(
                    via=parsed.via,
                    label=parsed.label,
                    days=parsed.expires_in,
                    email=parsed.email,
                    password_file=parsed.password_file,
                )
            )
        case "rotate":
            return token.rotate(parsed.expires_in)
        case "list":
            return token.list_all(as_json=parsed.json)
        case "create":
            scopes = tuple(dict.fromkeys(parsed.scopes or ("chat",)))
            return token.create(parsed.label, scopes, parsed.expires_in, as_json=parsed.json)
        case _:
            return token.revoke(parsed.id, is_forced=parsed.force)


def add_admin(command: Parser) -> None:
    """Declare the verbs of `mosaic admin`."""
    verbs = _verbs(command)
    parser = verbs.add_parser("list", parents=[shared()], help="list everyone who has an account")
    parser.set_defaults(run=_admin, verb="list")
    parser = verbs.add_parser("reset-password", help="reset an administrator's password")
    _add_sign_in(parser)
    parser.add_argument("--create", action="store_true", help="create the account if needed")
    parser.add_argument(
        "--promote", action="store_true", help="make the account an administrator if needed"
    )
    parser.set_defaults(run=_admin, verb="reset-password")


def _admin(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import admin

    if parsed.verb == "list":
        return admin.list_all(as_json=parsed.json)
    flags = {"--create": parsed.create, "--promote": parsed.promote}
    allowed = frozenset(flag for flag, is_given in flags.items() if is_given)
    return admin.reset_password(parsed.email, parsed.password_file, allowed)


def _add_sign_in(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", metavar="ADDRESS", help="the administrator's e-mail")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="a file with the password; - is stdin"
    )


def _verbs(command: Parser) -> Commands:
    return command.add_subparsers(title="verbs", metavar="VERB", required=True)


def add_gateway(command: Parser) -> None:
    """Declare the verbs of `mosaic gateway`."""
    verbs = _verbs(command)
    for verb in ("start", "stop", "restart"):
        parser = verbs.add_parser(verb, parents=[shared()], help=f"{verb} the gateway")
        parser.set_defaults(run=_gateway, verb=verb)
    parser = verbs.add_parser("logs", help="print the gateway's log")
    parser.add_argument("--lines", type=int, default=50, metavar="N", help="the last N lines (50)")
    parser.add_argument(
        "--service",
        default="gateway",
        metavar="SERVICE",
        help="show the log of this container instead",
    )
    parser.set_defaults(run=_gateway, verb="logs")
    parser = verbs.add_parser("login", help="sign in and save the session")
    _add_sign_in(parser)
    parser.set_defaults(run=_gateway, verb="login")
    parser = verbs.add_parser("logout", help="sign out")
    parser.set_defaults(run=_gateway, verb="logout")


def _gateway(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import gateway

    match parsed.verb:
        case "logs":
            return gateway.logs(parsed.lines, parsed.service)
        case "login":
            return gateway.login(parsed.email, parsed.password_file)
        case verb:
            verbs = {
                "start": gateway.start,
                "stop": gateway.stop,
                "restart": gateway.restart,
                "logout": gateway.logout,
            }
            return verbs[verb]()


def add_config(command: Parser) -> None:
    """Declare the verbs of `mosaic config`."""
    verbs = _verbs(command)
    parser = verbs.add_parser(
        "show", parents=[shared()], help="show every setting with its value and source"
    )
    parser.set_defaults(run=_config, verb="show", key=None)
    parser = verbs.add_parser("get", help="print the value of one setting")
    parser.add_argument("key", metavar="KEY")
    parser.set_defaults(run=_config, verb="get", json=False)
    parser = verbs.add_parser("set", help="save settings; `mosaic install` applies them")
    parser.add_argument(
        "pairs",
        metavar="KEY=VALUE",
        nargs="+",
        help="KEY_file=PATH for a secret, which goes to secrets.toml",
    )
    parser.set_defaults(run=_config, verb="set", json=False)
    parser = verbs.add_parser("unset", help="restore the defaults of settings")
    parser.add_argument("keys", metavar="KEY", nargs="+")
    parser.set_defaults(run=_config, verb="unset", json=False)
    parser = verbs.add_parser("edit", help="edit answers.toml, then check it")
    parser.set_defaults(run=_config, verb="edit", json=False)
    parser = verbs.add_parser("explain", help="explain a setting and the values it accepts")
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.set_defaults(run=_config, verb="explain", json=False)
    parser = verbs.add_parser("path", help="print the path of answers.toml")
    parser.set_defaults(run=_config, verb="path", key=None, json=False)


def _config(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import config, config_change

    match parsed.verb:
        case "set":
            return config_change.set_values(tuple(parsed.pairs))
        case "unset":
            return config_change.unset(tuple(parsed.keys))
        case "show":
            return config.show(as_json=parsed.json)
        case "get":
            return config.get(parsed.key)
        case "explain":
            return config.explain(parsed.key)
        case _:
            return config_change.edit() if parsed.verb == "edit" else config.path()


def add_provider(command: Parser) -> None:
    """Declare the verbs of `mosaic provider`."""
    verbs = _verbs(command)
    parser = verbs.add_parser("list", parents=[shared()], help="list all services and which are on")
    parser.set_defaults(run=_provider, verb="list")
    parser = verbs.add_parser("test", parents=[shared()], help="test the services that are on")
    parser.add_argument("name", metavar="CONNECTION", nargs="?", help="test only this one")
    parser.add_argument(
        "--complete", action="store_true", help="also ask each model for one word; costs a little"
    )
    parser.add_argument(
        "--timeout", type=float, default=10.0, metavar="SECONDS", help="wait at most this long (10)"
    )
    parser.set_defaults(run=_provider, verb="test")


def _provider(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import provider

    if parsed.verb == "list":
        return provider.list_all(as_json=parsed.json)
    return provider.test(
        parsed.name,
        completes=parsed.complete,
        seconds=parsed.timeout,
        as_json=parsed.json,
        is_verbose=parsed.verbose,
    )
