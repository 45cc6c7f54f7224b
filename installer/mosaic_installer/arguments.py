"""The command line: what can be typed, and which command gets it. Knows no other room's inside."""

import argparse
from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

from mosaic_installer import (
    __version__,
    argument_agent,
    argument_chat,
    argument_cluster,
    argument_groups,
    argument_install,
    argument_job,
    argument_memory,
    argument_people,
    argument_upkeep,
    argument_usage,
)
from mosaic_installer.errors import AnswersError
from mosaic_installer.parser import Parser, shared

EXITS = (
    "exit codes: 0 done · 1 failed · 2 settings or usage · 3 a bug · 4 preflight · 5 engine · "
    "6 unhealthy · 7 credentials · 8 locked · 9 differences found · 130 interrupted"
)
PLAIN = "--plain"
PLACES = """\
bash (with the package bash-completion):
  mkdir -p ~/.local/share/bash-completion/completions
  mosaic completion bash > ~/.local/share/bash-completion/completions/mosaic

zsh (with `fpath+=(~/.zfunc)` in ~/.zshrc, before compinit):
  mkdir -p ~/.zfunc
  mosaic completion zsh > ~/.zfunc/_mosaic

fish:
  mkdir -p ~/.config/fish/completions
  mosaic completion fish > ~/.config/fish/completions/mosaic.fish
"""
"""Where each shell looks for a script like ours."""


class Command(NamedTuple):
    """A command in the list of all, and what declares its own arguments."""

    declare: Callable[[Parser], None]
    purpose: str
    description: str | None = None
    epilog: str | None = None
    is_shared: bool = True
    """Whether it has the arguments that most commands share."""


def parse(words: list[str]) -> argparse.Namespace:
    """Return the parsed command line; prints and exits for `--help` and `--version`."""
    if words[:1] == [PLAIN]:
        # Before a command it means what it means after it.
        words = [*words[1:2], PLAIN, *words[2:]]
    if words in ([], [PLAIN]) and _is_at_terminal(is_plain=bool(words)):
        words = ["configure", *words]
    # Where a command comes first, it alone is declared; all would take longer than most commands.
    named = [name for name in words[:1] if name in COMMANDS]
    parser = _parser(named) if named else _parser(COMMANDS, named)
    parsed = parser.parse_args(words)
    if "run" not in parsed:
        parsed.run = lambda _: _help(parser)
    return parsed


def _help(parser: Parser) -> int:
    parser.print_help()
    return AnswersError.exit_code


def _is_at_terminal(*, is_plain: bool) -> bool:
    from mosaic_installer.ui.terminal import is_interactive

    return is_interactive(is_plain=is_plain)


def dispatch(parsed: argparse.Namespace) -> int:
    """Import the command that was asked for, run it, and return its exit code."""
    code: int = parsed.run(parsed)
    return code


def _parser(names: Iterable[str], declared: Container[str] | None = None) -> Parser:
    """The parser with these commands; where `declared` says so, only those have their arguments."""
    parser = Parser(
        prog="mosaic",
        description="Install, keep and repair Mosaic Stack, a self-hosted AI agent platform.",
        epilog=EXITS,
    )
    parser.add_argument("--version", action="version", version=f"mosaic {__version__}")
    parser.add_argument(
        PLAIN, action="store_true", help="open the home screen in plain text, for screen readers"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog=parser.prog)
    for name in names:
        command = COMMANDS[name]
        parents = [shared()] if command.is_shared else []
        added = commands.add_parser(
            name,
            help=command.purpose,
            parents=parents,
            description=command.description,
            epilog=command.epilog,
        )
        if declared is None or name in declared:
            command.declare(added)
    return parser


def _add_completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))
    parser.set_defaults(run=_completion)


def _completion(parsed: argparse.Namespace) -> int:
    from mosaic_installer.commands.completion import words
    from mosaic_installer.completion import script
    from mosaic_installer.ui import output

    output.data(script(_parser(COMMANDS), parsed.shell, words()).removesuffix("\n"))
    return 0


COMMANDS = {
    "install": Command(
        argument_install.add_install,
        "install, resume, reconfigure or repair",
        "Install Mosaic Stack. Run it again to resume, reconfigure or repair.",
    ),
    "configure": Command(
        argument_install.add_configure,
        "open the home screen, at a section if you name one",
        "Open the home screen: how Mosaic stands, its settings, and what can be done.",
    ),
    "status": Command(argument_upkeep.add_status, "show what is running, where, and since when"),
    "doctor": Command(argument_upkeep.add_doctor, "check for problems; --fix repairs them"),
    "chat": Command(
        argument_chat.add_chat,
        "ask a model",
        "Ask a model. The gateway chooses a suitable one unless you name it.",
        is_shared=False,
    ),
    "conversation": Command(
        argument_chat.add_conversation,
        "your conversations: list, search, show, export, rename, delete",
        is_shared=False,
    ),
    "agent": Command(
        argument_agent.add_agent,
        "agents that answer: list, show, create, edit, remove",
        is_shared=False,
    ),
    "memory": Command(
        argument_memory.add_memory,
        "what is remembered for you: list, search, add, forget",
        is_shared=False,
    ),
    "models": Command(
        argument_chat.add_models, "list the models that `mosaic chat --model` accepts"
    ),
    "routing": Command(
        argument_chat.add_routing, "explain which models would answer a question", is_shared=False
    ),
    "usage": Command(
        argument_usage.add_usage,
        "show the tokens used and what they cost",
        "Show the tokens used in a month and what they cost: yours, or everyone's.",
    ),
    "job": Command(argument_job.add_job, "the gateway's own work: list, retry", is_shared=False),
    "token": Command(
        argument_groups.add_token,
        "access tokens: show, recover, rotate, create, list, revoke",
        is_shared=False,
    ),
    "user": Command(
        argument_people.add_user,
        "user accounts: list, invite, accept, promote, demote, limit, remove",
        is_shared=False,
    ),
    "admin": Command(
        argument_groups.add_admin,
        "list accounts, reset an administrator's password",
        is_shared=False,
    ),
    "gateway": Command(
        argument_groups.add_gateway,
        "start, stop or restart the gateway; show its log; sign in and out",
        is_shared=False,
    ),
    "cluster": Command(
        argument_cluster.add_cluster,
        "Docker Swarm: make one, let machines join, look after its nodes",
        is_shared=False,
    ),
    "config": Command(
        argument_groups.add_config, "settings, and where each value came from", is_shared=False
    ),
    "provider": Command(
        argument_groups.add_provider,
        "list and test model providers and other services",
        is_shared=False,
    ),
    "uninstall": Command(
        argument_upkeep.add_uninstall,
        "remove everything the installer created",
        "Remove everything the installer created. Your data is kept unless you add --purge.",
    ),
    "completion": Command(
        _add_completion,
        "print a shell completion script",
        "Print a script that completes `mosaic` commands in your shell.",
        PLACES,
        is_shared=False,
    ),
}
