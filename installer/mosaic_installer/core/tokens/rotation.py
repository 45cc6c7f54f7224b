"""Rotate the token: mint, verify, save, revoke; whatever interrupts it, the next run ends it."""

from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.exchange import (
    credential_on_file,
    current_token,
    finish_exchange,
    note_exchange,
)
from mosaic_installer.core.tokens.recovery import prove, save_token


def rotate(gateway: Gateway, machine: Machine, days: int | None) -> Secret:
    """Exchange the token on file, which must work, for a new one; return the new one."""
    api = machine.api(gateway)
    credential = credential_on_file(gateway, machine)
    old = current_token(api.tokens(credential)).id
    note_exchange(gateway, machine, old)
    minted = api.mint(credential, TOKEN_LABEL, days)
    note_exchange(gateway, machine, minted.id)
    prove(minted, api)
    save_token(gateway, machine, minted.token)
    finish_exchange(gateway, machine)
    return minted.token
