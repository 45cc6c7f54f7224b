"""The ways back to a token that works, the safest first."""

from collections.abc import Callable
from pathlib import Path

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import TOKEN_LABEL, Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.api import Credential, GatewayApi, Minted
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.exchange import note_exchange
from mosaic_installer.errors import CredentialError, InstallerError

PASSWORD = "admin.password"  # noqa: S105 - the name of the secret, not the secret


@frozen
class Wish:
    """What the token is to be. `email` goes with the password that the vault holds."""

    label: str = TOKEN_LABEL
    days: int | None = None
    email: str | None = None
    via: str | None = None


Way = Callable[[Gateway, Machine, Wish], Minted | None]


def recover(gateway: Gateway, machine: Machine, wish: Wish) -> Minted:
    """Mint a token by the first way that works, say which, and prove it.

    A way gives None when it has nothing to go on. Raises `CredentialError` when the way that
    `wish.via` forces has nothing, or is refused, and when no way is left.
    """
    note_exchange(gateway, machine)
    for name, way in WAYS.items():
        if wish.via not in {None, name}:
            continue
        minted = _try(name, way, (gateway, machine, wish))
        if minted is not None:
            note_exchange(gateway, machine, minted.id)
            prove(minted, machine.api(gateway))
            machine.tell(f"by {MEANING[name]}")
            return minted
    if wish.via is not None:
        raise CredentialError(
            f"there is no {MEANING[wish.via]} to recover by",
            "leave `--via` out: then the first way that works is taken",
        )
    raise CredentialError(
        "no way back to a token is left on this host",
        "run `mosaic gateway login` as an administrator, or be the user who installed Mosaic; if "
        "nobody is an administrator any more, `mosaic admin reset-password --help` tells how to "
        "make one",
    )


def save_token(gateway: Gateway, machine: Machine, token: Secret) -> None:
    """Put `token` on file; what was there is put aside, never reused."""
    path = gateway.layout.token
    old = machine.files.read(path)
    if old and old != token.reveal().encode():
        machine.files.write(old_token_path(path), old)
    machine.files.write(path, token.reveal().encode())


def remove_credentials(gateway: Gateway, machine: Machine) -> None:
    """Remove the token and whatever else this command keeps to call the gateway with."""
    layout = gateway.layout
    for path in (layout.token, old_token_path(layout.token), layout.session, layout.exchange):
        machine.files.remove(path)


def old_token_path(path: Path) -> Path:
    """Return where the token is put aside that was on file before."""
    return path.with_name(f"{path.name}.old")


def _try(name: str, way: Way, known: tuple[Gateway, Machine, Wish]) -> Minted | None:
    _gateway, machine, wish = known
    try:
        return way(*known)
    except InstallerError as error:
        if wish.via == name:
            raise
        machine.tell(f"not by {MEANING[name]}: {error.message}")
        return None


def prove(minted: Minted, api: GatewayApi) -> None:
    """Make an authenticated call with a new token; raises `CredentialError` when it is refused."""
    if not api.accepts(Credential(kind="token", secret=minted.token)):
        raise CredentialError(
            "the gateway refuses the token that it just gave",
            "`mosaic gateway logs` shows what happened there",
        )


def _by_session(gateway: Gateway, machine: Machine, wish: Wish) -> Minted | None:
    content = machine.files.read(gateway.layout.session)
    if not content:
        return None
    session = Credential(kind="session", secret=Secret(content.decode(errors="replace").strip()))
    if not machine.api(gateway).accepts(session):
        raise CredentialError("the session is over", "`mosaic gateway login` opens a new one")
    return machine.api(gateway).mint(session, wish.label, wish.days)


def _by_password(gateway: Gateway, machine: Machine, wish: Wish) -> Minted | None:
    password = machine.vault.get(PASSWORD)
    if password is None or wish.email is None:
        return None
    api = machine.api(gateway)
    session = api.sign_in(wish.email, password)
    try:
        return api.mint(Credential(kind="session", secret=session), wish.label, wish.days)
    finally:
        api.sign_out(session)


def _by_host(gateway: Gateway, machine: Machine, wish: Wish) -> Minted | None:
    return machine.host(gateway).mint(wish.label, wish.days)


WAYS: dict[str, Way] = {"session": _by_session, "password": _by_password, "host": _by_host}
MEANING = {
    "session": "the session on file",
    "password": "e-mail and password",
    "host": "the authority over this host",
}
