"""The admin command's arguments and answers; `admin` does the work."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mosaic_gateway.accounts import admin
from mosaic_gateway.accounts.passwords import parse_password
from mosaic_gateway.accounts.tokens import LONGEST_LIFE_DAYS, parse_label
from mosaic_gateway.accounts.users import User, parse_email, parse_name
from mosaic_gateway.configuration.server_url import ServerUrl
from mosaic_gateway.errors import SettingsError
from mosaic_gateway.operation.stores import open_stores
from mosaic_gateway.storage.pool import Storage


def run_admin(options: Namespace, storage: Storage, valkey: ServerUrl | None) -> str:
    """Run the admin command; returns its JSON. Raises SettingsError for unusable arguments."""
    match options.admin_command:
        case "list":
            return _json([_user(user) for user in admin.users(storage)])
        case "mint-token":
            return _mint(options, storage)
        case "reset-password":
            return _reset_password(options, storage, valkey)
        case _:
            token = admin.revoke(storage, options.token_id)
            return _json({"id": token.id, "label": token.label, "revokedAt": token.revoked_at})


def _mint(options: Namespace, storage: Storage) -> str:
    label = _parsed("`--label`", parse_label, options.label)
    token = admin.mint(storage, label, _days(options.expires_in_days), options.email)
    return _json(
        {
            "id": token.id,
            "label": token.label,
            "plaintext": token.plaintext,
            "expiresAt": token.expires_at,
        }
    )


def _reset_password(options: Namespace, storage: Storage, valkey: ServerUrl | None) -> str:
    email = _parsed("`--email`", parse_email, options.email)
    name = options.name and _parsed("`--name`", parse_name, options.name)
    password = _parsed("the password", parse_password, _password(options.password_file))
    reset = admin.Reset(email, password, name, options.create, options.promote)
    # Opened first: a password is not changed while the sessions it opened cannot be ended.
    stores = open_stores(storage, valkey)
    return _json(_user(admin.reset_password(storage, stores.sessions, stores.throttle, reset)))


def _password(file: Path | None) -> str:
    if file is None:
        return _asked_password()
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"the password file `{file}` cannot be read", "name a text file, or pipe the password"
        ) from None


def _asked_password() -> str:
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("New password: ")
    return sys.stdin.readline().removesuffix("\n").removesuffix("\r")


def _days(days: int | None) -> int | None:
    if days is None or 1 <= days <= LONGEST_LIFE_DAYS:
        return days
    raise SettingsError(
        f"`--expires-in-days` is {days}", f"use a number between 1 and {LONGEST_LIFE_DAYS}"
    )


def _parsed(what: str, parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except ValueError as error:
        raise SettingsError(f"{what} cannot be used", str(error)) from None


def _user(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "createdAt": user.created_at,
    }


def _json(value: object) -> str:
    return json.dumps(value, default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
