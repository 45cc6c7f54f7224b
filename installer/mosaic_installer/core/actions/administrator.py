"""Create the first administrator, and keep the token that comes with it."""

from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.tokens.recovery import PASSWORD, remove_credentials, save_token
from mosaic_installer.errors import AnswersError, GatewayUnready


@dataclass(frozen=True, kw_only=True)
class CreateAdministrator:
    """The gateway has its first user. The password is asked of the vault, and of nobody else."""

    gateway: Gateway
    name: str
    email: str
    token: Path

    @property
    def about(self) -> About:
        return About(
            why="somebody must be able to sign in; the account comes with the first token",
            undone_by="the account lives in the data: `mosaic uninstall --purge` removes it",
            identity=(self.token,),
            writes=(self.token,),
        )

    def describe(self) -> str:
        return f"Create the administrator {self.email}"

    def is_done(self, machine: Machine) -> bool:
        api = machine.api(self.gateway)
        try:
            return api.version() is not None and not api.needs_setup()
        except GatewayUnready:
            return False

    def apply(self, machine: Machine) -> None:
        password = machine.vault.get(PASSWORD)
        if password is None:
            raise AnswersError(
                "the gateway has no administrator, and no password was given",
                "set MOSAIC_ADMIN_PASSWORD or MOSAIC_ADMIN_PASSWORD_FILE and run it again",
            )
        token = machine.api(self.gateway).set_up(self.name, self.email, password)
        save_token(self.gateway, machine, token)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # The account lives in the data; its credentials are of no use without the gateway.
        remove_credentials(self.gateway, machine)
