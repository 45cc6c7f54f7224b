"""`mosaic token`: show, recover, rotate, list and revoke the administrator's token."""

from pathlib import Path

from mosaic_installer.commands.authority import need_working_token
from mosaic_installer.commands.credentials import (
    find_email,
    find_password,
    need_email,
    need_password,
)
from mosaic_installer.commands.gateway import ensure_running
from mosaic_installer.commands.opening import given_layers, installed_gateway, open_machine
from mosaic_installer.core.actions.token import has_working_token
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.machine.api import Credential, TokenRow
from mosaic_installer.core.machine.people import TokenWish
from mosaic_installer.core.moments import to_the_minute
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.exchange import finish_exchange
from mosaic_installer.core.tokens.recovery import PASSWORD, Wish, recover, save_token
from mosaic_installer.core.tokens.rotation import rotate as rotate_token
from mosaic_installer.errors import CredentialError, InstallerError
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.people_api import HttpPeople
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive


@frozen
class Recovery:
    """What the command line of `mosaic token recover` says."""

    via: str | None = None
    label: str = TOKEN_LABEL
    days: int | None = None
    email: str | None = None
    password_file: Path | None = None


def show() -> int:
    """Print the bare token on stdout, and nothing else there."""
    output.data(saved_token(open_machine(given_layers())).reveal())
    return 0


def saved_token(machine: LocalMachine) -> Secret:
    """Return the token on file; raises `InstallerError` where there is none."""
    content = machine.files.read(machine.layout.token)
    token = (content or b"").decode(errors="replace").strip()
    if not token:
        raise machine.installed_elsewhere() or CredentialError(
            f"`{machine.layout.token}` does not exist",
            "run `mosaic token recover` to get a new token",
            identifier="no-token",
        )
    return Secret(token)


def recover_lost(asked: Recovery) -> int:
    """Leave a token on file that works, by the first way back that works."""
    machine, gateway, _meta = installed_gateway()
    with locked(machine.layout.lock):
        ensure_running(machine, gateway)
        if asked.via is None and has_working_token(gateway, machine.layout.token, machine):
            finish_exchange(gateway, machine)
            output.say(f"The token in {machine.layout.token} works; there is nothing to recover.")
            return 0
        wish = _wish(asked, machine)
        machine.teller = lambda said: output.say(str(said))
        minted = recover(gateway, machine, wish)
        _save(gateway, machine, minted.token)
    output.say(f"The new token works; it is saved to {machine.layout.token}")
    return 0


def rotate(days: int | None) -> int:
    """Exchange the token on file for a new one, and revoke the old one."""
    machine, gateway, _meta = installed_gateway()
    with locked(machine.layout.lock):
        ensure_running(machine, gateway)
        need_working_token(gateway, machine)
        finish_exchange(gateway, machine)
        rotate_token(gateway, machine, days)
    output.say(
        f"The new token works; it is saved to {machine.layout.token}. The old one has been revoked."
    )
    return 0


def list_all(*, as_json: bool) -> int:
    """Print every token, without its text."""
    machine, gateway, _meta = installed_gateway()
    rows = machine.api(gateway).tokens(need_working_token(gateway, machine))
    if as_json:
        output.document([_document(row) for row in rows])
        return 0
    output.data(output.lines(map(told, rows)))
    return 0


def create(label: str, scopes: tuple[str, ...], days: int | None, *, as_json: bool) -> int:
    """Print a new token of the administrator's, and nothing else, on stdout."""
    wish = TokenWish(label=label, scopes=scopes, days=days)
    machine, gateway, _meta = installed_gateway()
    credential = need_working_token(gateway, machine)
    minted = HttpPeople(gateway).create_token(credential, wish)
    if as_json:
        row = {"id": minted.id, "label": wish.label, "scopes": list(wish.scopes)}
        output.document({"schema": SCHEMA, **row, "token": minted.token.reveal()})
        return 0
    output.data(minted.token.reveal())
    output.say(f"This token is shown only now. `mosaic token revoke {minted.id}` revokes it.")
    return 0


def revoke(token_id: str, *, is_forced: bool) -> int:
    """Make a token useless; the one on file only when forced, since it is the last we can use."""
    machine, gateway, _meta = installed_gateway()
    credential = need_working_token(gateway, machine)
    api = machine.api(gateway)
    with locked(machine.layout.lock):
        current = next((row.id for row in api.tokens(credential) if row.is_current), None)
        if token_id == current and not is_forced:
            raise InstallerError(
                "this is the saved admin token, which this command itself uses",
                "`mosaic token rotate` replaces it; `--force` revokes it anyway",
            )
        api.revoke(credential, token_id)
    output.say("The token has been revoked.")
    return 0


def told(row: TokenRow) -> tuple[str, ...]:
    """Return what is to be known of a token as the columns of a list."""
    state = "revoked" if row.revoked_at else "on file" if row.is_current else "valid"
    used = f"last used {to_the_minute(row.last_used_at)}" if row.last_used_at else "never used"
    whose = f"{row.label} of {row.owner}" if row.owner else row.label
    created = f"created {to_the_minute(row.created_at)}"
    return row.id, state, "+".join(row.scopes) or "-", created, used, whose


def _wish(asked: Recovery, machine: LocalMachine) -> Wish:
    is_forced = asked.via == "password"
    email = need_email(machine, asked.email) if is_forced else find_email(machine, asked.email)
    password = (
        need_password(asked.password_file, is_new=False)
        if is_forced
        else find_password(asked.password_file)
    )
    if password is not None:
        machine.vault.type_in({PASSWORD: password})
    return Wish(label=asked.label, days=asked.days, email=email, via=asked.via)


def _save(gateway: Gateway, machine: LocalMachine, token: Secret) -> None:
    try:
        save_token(gateway, machine, token)
    except InstallerError:
        if is_interactive():
            output.say(f"The token works, but it could NOT be saved:\n{token.reveal()}\n")
        else:
            _give_back(gateway, machine, token)
        raise
    finish_exchange(gateway, machine)


def _give_back(gateway: Gateway, machine: LocalMachine, token: Secret) -> None:
    # Nobody will ever see it, so nobody shall be able to use it.
    api, credential = machine.api(gateway), Credential(kind="token", secret=token)
    for row in api.tokens(credential):
        if row.is_current:
            api.revoke(credential, row.id)


def _document(row: TokenRow) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": row.id,
        "label": row.label,
        "owner": row.owner,
        "scopes": list(row.scopes),
        "created": row.created_at,
        "last_used": row.last_used_at,
        "expires": row.expires_at,
        "revoked": row.revoked_at,
        "current": row.is_current,
    }
