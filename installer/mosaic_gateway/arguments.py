"""The command line. Secrets are never arguments: everyone on the host could read them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


class _Version(argparse.Action):
    """Prints the version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from mosaic_gateway.version import version

        sys.stdout.write(f"mosaic-gateway {version()}\n")
        parser.exit()


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse; ends the process with code 2 and a message on stderr when they make no sense."""
    parser = argparse.ArgumentParser("mosaic-gateway", description="The gateway of Mosaic Stack")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="mosaic.config.json, or MOSAIC_CONFIG"
    )
    parser.add_argument(
        "--env-file", type=Path, metavar="FILE", help="the environment file, or MOSAIC_ENV_FILE"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="migrate, listen and answer until told to stop")
    commands.add_parser("migrate", help="bring the database's schema up to date")
    commands.add_parser("healthcheck", help="succeed when the gateway answers on this host")
    commands.add_parser("openapi", help="print the OpenAPI document")
    admin = commands.add_parser("admin", help="repair access, on the database directly")
    _add_admin(admin.add_subparsers(dest="admin_command", required=True, metavar="COMMAND"))
    return parser.parse_args(arguments)


def _add_admin(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("list", help="print everybody with an account")
    revoke = commands.add_parser("revoke-token", help="make a token useless")
    revoke.add_argument("token_id", metavar="ID")
    mint = commands.add_parser("mint-token", help="print a new token of an administrator")
    mint.add_argument("--label", required=True, metavar="L")
    mint.add_argument("--expires-in-days", type=int, metavar="N")
    mint.add_argument("--email", metavar="E", help="whose; the first administrator's if not given")
    reset = commands.add_parser(
        "reset-password", help="set a password, read from standard input or a file"
    )
    reset.add_argument("--email", required=True, metavar="E")
    reset.add_argument("--name", metavar="N", help="name of a user who is created")
    reset.add_argument("--password-file", type=Path, metavar="F")
    reset.add_argument("--create", action="store_true", help="create a user who is missing")
    reset.add_argument("--promote", action="store_true", help="promote one who is no administrator")
