"""By what right a command changes something in the gateway: the administrator's token on file."""

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.tokens.exchange import credential_on_file
from mosaic_installer.errors import CredentialError
from mosaic_installer.machine.local import LocalMachine


def need_working_token(gateway: Gateway, machine: LocalMachine) -> Credential:
    """Return the token on file; raises `CredentialError` unless the gateway accepts it."""
    credential = credential_on_file(gateway, machine)
    if credential.secret.reveal() and machine.api(gateway).accepts(credential):
        return credential
    raise CredentialError(
        f"there is no token in `{machine.layout.token}` that works",
        "`mosaic token recover` obtains one",
        identifier="no-token",
    )
