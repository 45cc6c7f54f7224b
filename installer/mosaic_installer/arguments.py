"""The command line: what can be typed, and which command gets it. Knows no other room's inside."""

import argparse
from pathlib import Path
from typing import NoReturn

from mosaic_installer import __version__
from mosaic_installer.errors import AnswersError

EXITS = (
    "exit codes: 0 done · 1 failed · 2 settings or usage · 3 a bug · 4 preflight · 5 engine · "
    "6 unhealthy · 7 credentials · 8 locked · 9 differences found · 130 interrupted"
)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours."""

    def error(self, message: str) -> NoReturn:
        raise AnswersError(
            message, f"`{self.prog} --help` shows how it is used", identifier="bad-usage"
        )


def parse(words: list[str]) -> argparse.Namespace:
    """Return the parsed command line; prints and exits for `--help` and `--version`."""
    parser = _parser()
    parsed = parser.parse_args(words)
    if "run" not in parsed:
        parser.error("a command is wanted, such as `mosaic install`")
    return parsed


def dispatch(parsed: argparse.Namespace) -> int:
    """Import the command that was asked for, run it, and return its exit code."""
    code: int = parsed.run(parsed)
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="mosaic",
        description="Install, keep and repair Mosaic Stack, a self-hosted AI agent platform.",
        epilog=EXITS,
    )
    parser.add_argument("--version", action="version", version=f"mosaic {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    shared = Parser(add_help=False)
    shared.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    shared.add_argument("--verbose", action="store_true", help="say more")
    _add_install(commands, shared)
    _add_status(commands, shared)
    _add_doctor(commands, shared)
    _add_token(commands)
    _add_gateway(commands, shared)
    _add_config(commands, shared)
    _add_uninstall(commands, shared)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add_install(commands: "_Commands[Parser]", shared: Parser) -> None:
    parser = commands.add_parser(
        "install",
        parents=[shared],
        help="install, go on, reconfigure or repair",
        description="Install Mosaic Stack; run it again to go on, to reconfigure or to repair.",
    )
    parser.add_argument("--tier", metavar="TIER", help="storage tier: local, standalone, federated")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument(
        "--set",
        dest="pairs",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting; `mosaic config explain` lists them",
    )
    parser.add_argument("--answers", type=Path, metavar="FILE", help="settings from a TOML file")
    parser.add_argument("--dry-run", action="store_true", help="show the plan, touch nothing")
    parser.add_argument("--diff", action="store_true", help="show how generated files change")
    parser.add_argument(
        "--check", action="store_true", help="touch nothing, exit 9 on a difference"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="STAGE", help="this stage only"
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="CHECK", help="pass over a check"
    )
    parser.add_argument(
        "--replace-edited",
        action="store_true",
        help="write generated files anew even where you edited them",
    )
    parser.set_defaults(run=_install)


def _install(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.install import Options, run

    flags = {"tier": parsed.tier, "installer.assume_yes": "yes" if parsed.yes else None}
    return run(
        Options(
            pairs=tuple(parsed.pairs),
            flags={key: value for key, value in flags.items() if value is not None},
            answers_file=parsed.answers,
            is_dry_run=parsed.dry_run,
            with_diff=parsed.diff,
            is_check=parsed.check,
            only=tuple(parsed.only),
            ignored=tuple(parsed.ignore),
            replaces_edited=parsed.replace_edited,
            as_json=parsed.json,
            is_verbose=parsed.verbose,
        )
    )


def _add_status(commands: "_Commands[Parser]", shared: Parser) -> None:
    parser = commands.add_parser("status", parents=[shared], help="what runs, where, since when")
    parser.set_defaults(run=_status)


def _status(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.status import run

    return run(as_json=parsed.json)


def _add_doctor(commands: "_Commands[Parser]", shared: Parser) -> None:
    parser = commands.add_parser(
        "doctor", parents=[shared], help="run every check, find every difference"
    )
    parser.set_defaults(run=_doctor)


def _doctor(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.doctor import run

    return run(as_json=parsed.json)


def _add_token(commands: "_Commands[Parser]") -> None:
    verbs = commands.add_parser("token", help="the administrator's token").add_subparsers(
        title="verbs", metavar="VERB", required=True
    )
    parser = verbs.add_parser("show", help="print the token, and nothing else")
    parser.set_defaults(run=_token_show)


def _token_show(_parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.token import show

    return show()


def _add_gateway(commands: "_Commands[Parser]", shared: Parser) -> None:
    verbs = commands.add_parser(
        "gateway", help="start, stop, restart the gateway; its log"
    ).add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in ("start", "stop", "restart"):
        parser = verbs.add_parser(verb, parents=[shared], help=f"{verb} the gateway")
        parser.set_defaults(run=_gateway, verb=verb)
    logs = verbs.add_parser("logs", help="print the gateway's log")
    logs.add_argument("--lines", type=int, default=50, metavar="N", help="the last N lines (50)")
    logs.set_defaults(run=_gateway_logs)


def _gateway(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import gateway

    verbs = {"start": gateway.start, "stop": gateway.stop, "restart": gateway.restart}
    return verbs[parsed.verb]()


def _gateway_logs(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.gateway import logs

    return logs(parsed.lines)


def _add_config(commands: "_Commands[Parser]", shared: Parser) -> None:
    verbs = commands.add_parser("config", help="settings, and where each came from").add_subparsers(
        title="verbs", metavar="VERB", required=True
    )
    parser = verbs.add_parser("show", parents=[shared], help="every setting with value and source")
    parser.set_defaults(run=_config, verb="show", key=None)
    parser = verbs.add_parser("get", help="print the value of one setting")
    parser.add_argument("key", metavar="KEY")
    parser.set_defaults(run=_config, verb="get", json=False)
    parser = verbs.add_parser("explain", help="what a setting means and accepts")
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.set_defaults(run=_config, verb="explain", json=False)
    parser = verbs.add_parser("path", help="print where answers.toml is")
    parser.set_defaults(run=_config, verb="path", key=None, json=False)


def _config(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands import config

    match parsed.verb:
        case "show":
            return config.show(as_json=parsed.json)
        case "get":
            return config.get(parsed.key)
        case "explain":
            return config.explain(parsed.key)
        case _:
            return config.path()


def _add_uninstall(commands: "_Commands[Parser]", shared: Parser) -> None:
    parser = commands.add_parser(
        "uninstall",
        parents=[shared],
        help="take back what the installation made",
        description="Take back what the installation made. The data stays unless you purge it.",
    )
    data = parser.add_mutually_exclusive_group()
    data.add_argument("--keep-data", action="store_true", help="keep data and secrets (default)")
    data.add_argument("--purge", action="store_true", help="remove the data as well")
    parser.add_argument("--dry-run", action="store_true", help="show what would go, touch nothing")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.set_defaults(run=_uninstall)


def _uninstall(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.uninstall import run

    return run(
        purge=parsed.purge, is_dry_run=parsed.dry_run, assume_yes=parsed.yes, as_json=parsed.json
    )
