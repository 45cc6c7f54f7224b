"""`mosaic admin`: accounts, on the authority of whoever controls this host."""

from pathlib import Path

from mosaic_installer.commands.credentials import need_email, need_password
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.api import User
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive


def list_all(*, as_json: bool) -> int:
    """Print everybody who has an account."""
    machine, gateway, _meta = installed_gateway()
    users = machine.host(gateway).users()
    if as_json:
        output.document([_document(user) for user in users])
    else:
        output.data(output.lines((user.email, user.role, user.name) for user in users))
    return 0


def reset_password(email: str | None, file: Path | None, allowed: frozenset[str]) -> int:
    """Set an administrator's password anew; `allowed` are the flags that were given.

    Creates or promotes the account after a question, or with `--create` and `--promote`.
    """
    machine, gateway, _meta = installed_gateway()
    host = machine.host(gateway)
    address = need_email(machine, email)
    flags = _consent(address, host.users(), allowed)
    if flags is None:
        output.say("Nothing was changed.")
        return 0
    password = need_password(file, is_new=True)
    with locked(machine.layout.lock):
        host.reset_password(address, password, *flags)
    output.say(f"Password for {address} changed. Their other sessions have been signed out.")
    return 0


def _consent(
    email: str, users: tuple[User, ...], allowed: frozenset[str]
) -> tuple[str, ...] | None:
    """Return the flags that the reset needs, None when the person does not agree to one."""
    user = next((user for user in users if user.email.lower() == email.lower()), None)
    if user is None:
        return _agreed(
            "--create", f"No account has the address {email}: create an administrator?", allowed
        )
    if user.role != "admin":
        return _agreed("--promote", f"{email} is not an administrator: make them one?", allowed)
    return ()


def _agreed(flag: str, question: str, allowed: frozenset[str]) -> tuple[str, ...] | None:
    if flag in allowed:
        return (flag,)
    if not is_interactive():
        raise AnswersError(question.replace(":", ";").rstrip("?"), f"add `{flag}` to agree")
    from mosaic_installer.ui.opening import open_conversation
    from mosaic_installer.ui.questions import ask_word

    word = ask_word(open_conversation(), question, ("no", "yes"))
    return (flag,) if word == "yes" else None


def _document(user: User) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
    }
