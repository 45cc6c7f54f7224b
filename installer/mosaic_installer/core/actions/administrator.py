"""Create the first administrator, and keep the token that comes with it."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.gateway_secrets import SETUP
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.api import PATIENT_SECONDS, Founder
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.recovery import PASSWORD, remove_credentials, save_token
from mosaic_installer.errors import AnswersError, CredentialError, InstallerError


@frozen
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
            fault=f"there is no administrator {self.email}",
            remedy="the account will be created",
            identity=(self.token,),
            needs="gateway",
            undoing=f"Remove {self.token}",
            things=f"the administrator's account, and {self.token}",
            writes=(self.token,),
        )

    def describe(self) -> str:
        return f"Create the administrator {self.email}"

    def is_done(self, machine: Machine) -> bool:
        # What answers there may be a former form of the gateway, or the original of a copy: whom
        # those know is not asked on this host's authority, which would start what is not there.
        if machine.service(self.gateway).process() is None:
            return False
        api = machine.api(self.gateway)
        try:
            return (
                api.version(PATIENT_SECONDS) is not None
                and not api.needs_setup()
                and self._is_there(machine)
            )
        except InstallerError:
            return False  # nobody can say yet: the files that its command reads may be lost

    def apply(self, machine: Machine) -> None:
        password = machine.vault.get(PASSWORD)
        if password is None:
            raise AnswersError(
                "the gateway has no administrator, and no password was given",
                "set MOSAIC_ADMIN_PASSWORD or MOSAIC_ADMIN_PASSWORD_FILE and run it again",
            )
        secret = machine.vault.get(SETUP)
        founder = Founder(name=self.name, email=self.email, password=password, setup_secret=secret)
        try:
            token = machine.api(self.gateway).set_up(founder)
        except CredentialError:
            token = self._created_on_host(machine, password)
        save_token(self.gateway, machine, token)

    def _is_there(self, machine: Machine) -> bool:
        return any(
            user.role == "admin" and user.email.lower() == self.email.lower()
            for user in machine.host(self.gateway).users()
        )

    def _created_on_host(self, machine: Machine, password: Secret) -> Secret:
        # A setup secret opens one database once; whoever controls the host needs none.
        host = machine.host(self.gateway)
        users = host.users()
        if self._is_there(machine):
            # What a run that was killed asked for was done between our look and our question.
            return host.mint(TOKEN_LABEL, None).token
        if users:
            first = users[0].email
            raise CredentialError(
                f"this gateway was set up for {first}, not for {self.email}",
                f"if that is you, run `mosaic install --set admin.email={first}`; to be an "
                f"administrator as well, `mosaic admin reset-password --email {self.email} "
                "--create`, then this again; if nothing here is yours, `mosaic uninstall --purge`, "
                "which deletes all of it",
            )
        host.reset_password(self.email, password, "--create", "--name", self.name)
        return host.mint(TOKEN_LABEL, None).token

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # The account lives in the data; its credentials are of no use without the gateway.
        remove_credentials(self.gateway, machine)
