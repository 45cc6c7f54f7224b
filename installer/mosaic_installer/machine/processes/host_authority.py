"""`HostAuthority` through the gateway's own admin command; secrets go through its stdin."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Minted, User
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.gateway_api import minted_from
from mosaic_installer.machine.processes.programs import run

Program = Callable[[Sequence[str], str], str]
"""Runs the gateway's program with words and what goes into its stdin; returns what it printed."""


def program_on_host(gateway: Gateway) -> Program:
    """Return the gateway's program as it is installed on this host."""

    def run_it(words: Sequence[str], stdin: str) -> str:
        return run((*gateway.command, *words), stdin=stdin)

    return run_it


def program_in_container(containers: Containers) -> Program:
    """Return the gateway's program in its container, or in one of its own while that is down."""

    def run_it(words: Sequence[str], stdin: str) -> str:
        return containers.run(GATEWAY, ("mosaic-gateway", *words), stdin=stdin)

    return run_it


class AdminCommand:
    """The admin command, for the gateway's own database."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def mint(self, label: str, days: int | None) -> Minted:
        life = () if days is None else ("--expires-in-days", str(days))
        return minted_from(self._ask("mint-token", "--label", label, *life))

    def users(self) -> tuple[User, ...]:
        rows = self._ask("list")
        return tuple(
            User(id=row["id"], name=row["name"], email=row["email"], role=row["role"])
            for row in rows
        )

    def reset_password(self, email: str, password: Secret, *flags: str) -> None:
        self._ask("reset-password", "--email", email, *flags, stdin=f"{password.reveal()}\n")

    def _ask(self, *words: str, stdin: str = "") -> Any:
        answer = self._program(("admin", *words), stdin)
        try:
            return json.loads(answer)
        except ValueError:
            raise InstallerError(
                f"the gateway's command `admin {words[0]}` did not answer in JSON",
                "its version may differ from this one; run `mosaic install` again",
                identifier="gateway-unexpected",
            ) from None
