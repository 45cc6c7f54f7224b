"""The administrator's token: obtained when there is none that works, then proven."""

from pathlib import Path

from mosaic_installer.core.actions.about import LOOKS_ONLY, About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.share import Remark
from mosaic_installer.core.tokens.exchange import credential_on_file, finish_exchange
from mosaic_installer.core.tokens.recovery import Wish, recover, remove_credentials, save_token
from mosaic_installer.errors import CredentialError, GatewayUnready


@frozen
class ObtainToken:
    """A token that the gateway accepts is on file; a dead one is put aside, not reused."""

    gateway: Gateway
    path: Path
    email: str | None = None

    @property
    def about(self) -> About:
        return About(
            why="a lost or refused token is replaced by a new one, obtained on this host",
            undone_by="`mosaic token revoke` ends a token",
            fault="the admin token does not work",
            remedy="a new one will be obtained",
            identity=(self.path,),
            needs="gateway",
            undoing=f"Remove {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        return "Check the admin token, and replace it if it no longer works"

    def is_done(self, machine: Machine) -> bool:
        is_settled = machine.files.kind(self.gateway.layout.exchange) == "absent"
        return is_settled and has_working_token(self.gateway, self.path, machine)

    def apply(self, machine: Machine) -> None:
        if not has_working_token(self.gateway, self.path, machine):
            minted = recover(self.gateway, machine, Wish(email=self.email))
            save_token(self.gateway, machine, minted.token)
        finish_exchange(self.gateway, machine)
        self._tell_of_another(machine)

    def _tell_of_another(self, machine: Machine) -> None:
        """Say whom the token speaks for, where that is not whom the answers name."""
        rows = machine.api(self.gateway).tokens(credential_on_file(self.gateway, machine))
        owner = next((row.owner for row in rows if row.is_current), "")
        if owner and self.email and owner.lower() != self.email.lower():
            said = f"the token acts as {owner}, not as {self.email}; `mosaic user list` shows all"
            machine.tell(Remark(text=said))

    def undo(self, machine: Machine, *, purge: bool) -> None:
        remove_credentials(self.gateway, machine)


@frozen
class VerifyToken:
    """An authenticated call with the token as saved works."""

    gateway: Gateway
    path: Path

    @property
    def about(self) -> About:
        return About(
            why="the installation only counts as ready once a call with this token has worked",
            undone_by=LOOKS_ONLY,
            fault="the admin token does not work",
            remedy="a new one will be obtained",
            identity=(self.path,),
            needs="gateway",
            reads=(self.path,),
        )

    def describe(self) -> str:
        return "Check that the token works"

    def is_done(self, machine: Machine) -> bool:
        return has_working_token(self.gateway, self.path, machine)

    def apply(self, machine: Machine) -> None:
        if not has_working_token(self.gateway, self.path, machine):
            raise CredentialError(
                f"the gateway refuses the token in `{self.path}`",
                "run `mosaic install` again to get a new one",
            )

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass


def has_working_token(gateway: Gateway, path: Path, machine: Machine) -> bool:
    """Return whether the gateway answers, and accepts the token in the private file `path`."""
    content = machine.files.read(path)
    if not content or not machine.files.is_private(path):
        return False
    api = machine.api(gateway)
    token = Secret(content.decode(errors="replace").strip())
    try:
        return api.version() is not None and api.accepts(Credential(kind="token", secret=token))
    except GatewayUnready:
        return False
