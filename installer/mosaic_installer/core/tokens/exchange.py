"""An exchange of tokens that may be cut off anywhere: noted first, ended by the next run.

The note is not believed: which token is on file is asked of the gateway.
"""

import json

from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.api import Credential, TokenRow
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.share import Remark
from mosaic_installer.errors import CredentialError

SETUP_LABEL = "Initial setup"
"""The label that the gateway gives the token which comes with its first administrator."""

OURS = {TOKEN_LABEL, SETUP_LABEL}
"""The labels of the tokens that this command obtains."""


def note_exchange(gateway: Gateway, machine: Machine, *ids: str) -> None:
    """Note that an exchange is under way, and which tokens are in it: all but one will go."""
    known = _noted(gateway, machine)
    content = json.dumps([*known, *(token for token in ids if token not in known)])
    machine.files.write(gateway.layout.exchange, content.encode())


def finish_exchange(gateway: Gateway, machine: Machine) -> None:
    """Revoke what an exchange left over, and tokens of ours that nobody ever used.

    Needs a token on file that works. A used token that no exchange names stays, and is told of: it
    may be in somebody's script, or in the wrong hands.
    """
    api = machine.api(gateway)
    credential = credential_on_file(gateway, machine)
    noted = _noted(gateway, machine)
    others = [
        row for row in api.tokens(credential) if not row.is_current and row.revoked_at is None
    ]
    for row in others:
        if row.id in noted or _is_leftover(row):
            api.revoke(credential, row.id)
        elif row.label in OURS:
            said = (
                "an earlier token is not revoked; if it may be in the wrong hands, "
                f"`mosaic token revoke {row.id}` ends it"
            )
            machine.tell(Remark(text=said))
    machine.files.remove(gateway.layout.exchange)


def credential_on_file(gateway: Gateway, machine: Machine) -> Credential:
    """Return the token on file as a credential, whether it works or not."""
    content = machine.files.read(gateway.layout.token) or b""
    return Credential(kind="token", secret=Secret(content.decode(errors="replace").strip()))


def current_token(rows: tuple[TokenRow, ...]) -> TokenRow:
    """Return the token that the list was asked with; raises `CredentialError` if none is marked."""
    for row in rows:
        if row.is_current:
            return row
    raise CredentialError(
        "this gateway does not say which token is on file",
        "its version is older than this command; run `mosaic install` first",
    )


def _noted(gateway: Gateway, machine: Machine) -> list[str]:
    try:
        ids = json.loads(machine.files.read(gateway.layout.exchange) or b"[]")
    except ValueError:
        return []  # damaged: then the tokens stay as they are
    return [str(token) for token in ids] if isinstance(ids, list) else []


def _is_leftover(row: TokenRow) -> bool:
    return row.label in OURS and row.last_used_at is None
