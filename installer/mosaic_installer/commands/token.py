"""`mosaic token`: the administrator's token."""

from mosaic_installer.commands.opening import given_layers, open_machine
from mosaic_installer.errors import CredentialError
from mosaic_installer.ui import output


def show() -> int:
    """Print the bare token on stdout, and nothing else there."""
    machine = open_machine(given_layers())
    content = machine.files.read(machine.layout.token)
    token = (content or b"").decode(errors="replace").strip()
    if not token:
        raise CredentialError(
            f"there is no token in `{machine.layout.token}`",
            "`mosaic install` obtains one, even when the old one is lost",
            identifier="no-token",
        )
    output.data(token)
    return 0
