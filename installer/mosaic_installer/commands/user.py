"""`mosaic user`: who may use the gateway; by the administrator's token on file."""

import re
from pathlib import Path
from unicodedata import normalize

from mosaic_installer.commands.authority import need_working_token
from mosaic_installer.commands.consent import agrees_to_remove
from mosaic_installer.commands.credentials import read_password, read_secret
from mosaic_installer.commands.gateway import ensure_running
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.people import Acceptance, Invited, PeopleApi, Person
from mosaic_installer.core.machine.usage import MICROS_PER_DOLLAR
from mosaic_installer.core.moments import to_the_minute
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.lock import locked
from mosaic_installer.machine.people_api import ACCEPT, HttpPeople
from mosaic_installer.ui import output
from mosaic_installer.ui.usage import dollars

CODE_HINT = "give `--code-file FILE` (`-` is stdin)"
DEFAULT = "limits.monthly"
ROLES = {"promote": "admin", "demote": "member"}


@frozen
class Guest:
    """What the command line of `mosaic user accept` says."""

    name: str | None = None
    code_file: Path | None = None
    password_file: Path | None = None


def list_all(*, as_json: bool) -> int:
    """Print everybody with an account, and everybody who is invited."""
    api, credential, _gateway = _opened()
    people = api.people(credential)
    if as_json:
        output.document([_document(person) for person in people])
        return 0
    output.data(output.lines((each.email, each.role, _name_or_state(each)) for each in people))
    return 0


def invite(email: str, role: str, days: int | None, *, as_json: bool) -> int:
    """Invite somebody; the code is on stdout, once, and nothing else."""
    address = _parsed_email(email)
    api, credential, gateway = _opened()
    invited = api.invite(credential, address, role, days)
    if as_json:
        row = {"email": invited.email, "role": invited.role, "expires": invited.expires_at}
        output.document({"schema": SCHEMA, **row, "code": invited.code.reveal()})
        return 0
    output.data(invited.code.reveal())
    _explain(invited, gateway)
    return 0


def remove(email: str, *, assume_yes: bool) -> int:
    """Remove an account, or withdraw an invitation."""
    api, credential, _gateway = _opened()
    person = _found(api, credential, email)
    if person.expires_at is not None:
        api.withdraw(credential, person.id)
        output.say(f"The invitation for {person.email} has been withdrawn.")
        return 0
    if not agrees_to_remove(person.email, "everything that is theirs", assume_yes=assume_yes):
        return 0
    api.remove(credential, person.id)
    output.say(f"{person.email} has been removed; their sessions and tokens no longer work.")
    return 0


def set_role(verb: str, email: str) -> int:
    """Promote or demote somebody."""
    api, credential, _gateway = _opened()
    person = _found(api, credential, email)
    role = ROLES[verb]
    if person.expires_at is not None:
        raise InstallerError(
            f"{person.email} has not accepted the invitation yet",
            f"invite them as {role} instead: `mosaic user invite {person.email} --role {role}`",
        )
    api.set_role(credential, person.id, role)
    what = "an administrator" if role == "admin" else "a member"
    output.say(f"{person.email} is now {what}.")
    return 0


def set_limit(email: str, amount: str) -> int:
    """Let somebody spend so many US dollars a month, `none` for as many as they like.

    With `default`, the limit of the installation is theirs again.
    """
    micros = None if amount in {"none", "default"} else _parsed_amount(amount)
    api, credential, _gateway = _opened()
    person = _found(api, credential, email)
    if person.expires_at is not None:
        raise InstallerError(
            f"{person.email} has not accepted the invitation yet",
            "set the limit once they have; `mosaic user list` shows who has",
        )
    if amount == "default":
        api.reset_limit(credential, person.id)
        output.say(f"{person.email} has the default limit again (`mosaic config get {DEFAULT}`).")
        return 0
    api.set_limit(credential, person.id, micros)
    what = "as much as they like" if micros is None else f"at most {dollars(micros)} a month"
    output.say(f"{person.email} may now spend {what} on models.")
    return 0


def accept(guest: Guest) -> int:
    """Turn an invitation into an account; the token that comes with it is on stdout, once."""
    machine, gateway, _meta = installed_gateway()
    if str(guest.code_file) == str(guest.password_file) == "-":
        raise AnswersError(
            "stdin cannot be both the code and the password",
            "name a file with `--code-file` or with `--password-file`",
        )
    code = read_secret(guest.code_file, "Invitation code", CODE_HINT)
    password = read_password(guest.password_file)
    with locked(machine.layout.lock):
        ensure_running(machine, gateway)
    wanted = Acceptance(code=code, password=password, name=guest.name)
    accepted = HttpPeople(gateway).accept(wanted)
    output.data(accepted.token.reveal())
    output.say(
        f"Your account {accepted.email} is ready. Above is a token for chats; it is shown only now."
    )
    return 0


def _opened() -> tuple[PeopleApi, Credential, Gateway]:
    machine, gateway, _meta = installed_gateway()
    return HttpPeople(gateway), need_working_token(gateway, machine), gateway


def _explain(invited: Invited, gateway: Gateway) -> None:
    what = "an administrator" if invited.role == "admin" else "a member"
    output.say(
        f"{invited.email} is invited as {what}. The code above is shown only now; it works once,"
        f" until {_until(invited.expires_at)}. Whoever has it gets the account.\n\n"
        "To accept it on this machine, with questions:"
    )
    output.say_whole("  mosaic user accept")
    output.say(
        "From elsewhere (with the gateway's public address in place of this one), so that neither"
        " code nor password is an argument:"
    )
    output.say_whole(
        "  curl --json @- " + gateway.url + ACCEPT + " <<'END'\n"
        '  {"code": "…", "name": "…", "password": "…"}\n'
        "  END"
    )


def _found(api: PeopleApi, credential: Credential, email: str) -> Person:
    for person in api.people(credential):
        if person.id == email or _key(person.email) == _key(email):
            return person
    raise InstallerError(
        f"no account has the e-mail address `{email}`", "`mosaic user list` shows all accounts"
    )


def _key(email: str) -> str:
    # As the gateway compares addresses.
    return normalize("NFKC", normalize("NFKC", email.strip()).lower())


def _parsed_email(text: str) -> str:
    try:
        return str(CATALOGUE["admin.email"].kind.parse(text))
    except ValueError as problem:
        raise AnswersError(f"`{text}`: {problem}", "give an address like ada@example.org") from None


def _parsed_amount(text: str) -> int:
    """Return micro-dollars."""
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", text, re.ASCII):
        raise AnswersError(
            f"`{output.readable(text)}` is not an amount in US dollars",
            "write it like 25 or 12.50; `none` is no limit, `default` the installation's",
            identifier="bad-usage",
        )
    whole, _, cents = text.partition(".")
    return (int(whole) * 100 + int(f"{cents:0<2}")) * MICROS_PER_DOLLAR // 100


def _document(person: Person) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "state": "invited" if person.expires_at else "active",
        "created": person.created_at,
        "expires": person.expires_at,
    }


def _name_or_state(person: Person) -> str:
    until = person.expires_at and f"invited, until {_until(person.expires_at)}"
    return until or person.name


def _until(moment: str) -> str:
    return f"{to_the_minute(moment)} UTC"
