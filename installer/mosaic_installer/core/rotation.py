"""Rotate the token: mint, verify, save, revoke; whatever interrupts it, the next run ends it.

A note beside the state says which two tokens are being exchanged. It is not believed: which of
them is on file is asked of the gateway.
"""

import json
from dataclasses import dataclass

from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.machine import Credential, Machine, TokenRow
from mosaic_installer.core.recovery import revoke_unused, save_token
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """The ids of the token on file and of the one that is to replace it."""

    old: str
    new: str

    def encode(self) -> bytes:
        return json.dumps({"old": self.old, "new": self.new}).encode()

    @classmethod
    def decode(cls, content: bytes) -> "Exchange | None":
        """Return the note, or None when it is damaged: then both tokens stay as they are."""
        try:
            row = json.loads(content)
            return cls(old=str(row["old"]), new=str(row["new"]))
        except (ValueError, KeyError, TypeError):
            return None


def rotate(gateway: Gateway, machine: Machine, days: int | None) -> Secret:
    """Exchange the token on file, which must work, for a new one; return the new one."""
    api, layout = machine.api(gateway), gateway.layout
    old = _credential(machine.files.read(layout.token))
    before = _current(api.tokens(old))
    minted = api.mint(old, TOKEN_LABEL, days)
    note = Exchange(old=before.id, new=minted.id)
    machine.files.write(layout.exchange, note.encode())
    new = Credential(kind="token", secret=minted.token)
    if not api.accepts(new):
        api.revoke(old, minted.id)
        raise CredentialError(
            "the gateway refuses the token that it just gave",
            "the old token still works; `mosaic gateway logs` shows what happened",
        )
    save_token(gateway, machine, minted.token)
    finish_exchange(gateway, machine)
    return minted.token


def finish_exchange(gateway: Gateway, machine: Machine) -> None:
    """Revoke the loser of an exchange that was cut off, and our tokens that nobody ever used.

    Needs a token on file that works.
    """
    api, layout = machine.api(gateway), gateway.layout
    credential = _credential(machine.files.read(layout.token))
    note = Exchange.decode(machine.files.read(layout.exchange) or b"")
    if note is not None:
        current = _current(api.tokens(credential)).id
        for loser in {note.old, note.new} - {current}:
            if current in {note.old, note.new}:
                api.revoke(credential, loser)
    revoke_unused(gateway, machine, credential.secret)
    machine.files.remove(layout.exchange)


def _credential(content: bytes | None) -> Credential:
    text = (content or b"").decode(errors="replace").strip()
    return Credential(kind="token", secret=Secret(text))


def _current(rows: tuple[TokenRow, ...]) -> TokenRow:
    for row in rows:
        if row.is_current:
            return row
    raise CredentialError(
        "this gateway does not say which token is on file",
        "its version is older than this command; run `mosaic install` first",
    )
