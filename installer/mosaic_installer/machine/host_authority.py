"""`HostAuthority` through the gateway's own admin command; secrets go through its stdin."""

import json
from typing import Any

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Minted, User
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.gateway_api import minted_from
from mosaic_installer.machine.programs import run


class AdminCommand:
    """The admin command on this host, for the gateway's own database."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

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
        answer = run((*self._gateway.command, "admin", *words), stdin=stdin)
        try:
            return json.loads(answer)
        except ValueError:
            raise InstallerError(
                f"the gateway's command `admin {words[0]}` did not answer in JSON",
                "its version may differ from this one; run `mosaic install` again",
                identifier="gateway-unexpected",
            ) from None
