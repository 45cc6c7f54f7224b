"""The gateway's contract about users, over HTTP."""

from typing import Any
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential, Minted
from mosaic_installer.core.machine.people import (
    Acceptance,
    Accepted,
    Invited,
    Person,
    TokenWish,
)
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError, InstallerError
from mosaic_installer.machine.gateway_api import minted_from
from mosaic_installer.machine.gateway_calls import GatewayCalls, Response, headers_of

USERS = "/api/admin/users"
INVITATIONS = "/api/admin/invitations"
ACCEPT = "/api/invitations/accept"
TOKENS = "/api/tokens"

# What a refusal means to the reader, by the id that the gateway gives it.
_REFUSALS = {
    "user-exists": (
        "somebody already has an account with this e-mail address",
        "`mosaic user list` shows everybody",
    ),
    "last-administrator": (
        "this is the only administrator",
        "promote another user first: `mosaic user promote EMAIL`",
    ),
    "no-such-user": ("there is no such user any more", "`mosaic user list` shows everybody"),
    "no-such-invitation": (
        "this invitation has been accepted, or has expired",
        "`mosaic user list` shows everybody",
    ),
}


class HttpPeople:
    """`PeopleApi` of the gateway that listens at `gateway.url`."""

    def __init__(self, gateway: Gateway) -> None:
        self._calls = GatewayCalls(gateway.url)

    def people(self, credential: Credential) -> tuple[Person, ...]:
        users = self._ask("GET", USERS, credential).body
        invited = self._ask("GET", INVITATIONS, credential).body
        return (*(_user(row) for row in users), *(_guest(row) for row in invited))

    def invite(self, credential: Credential, email: str, role: str, days: int | None) -> Invited:
        wanted = {"email": email, "role": role} | ({} if days is None else {"expiresInDays": days})
        row = self._ask("POST", INVITATIONS, credential, wanted, status=201).body
        return Invited(
            email=row["email"],
            role=row["role"],
            expires_at=row["expiresAt"],
            code=Secret(row["code"]),
        )

    def withdraw(self, credential: Credential, invitation_id: str) -> None:
        self._ask("DELETE", f"{INVITATIONS}/{quote(invitation_id, safe='')}", credential)

    def set_role(self, credential: Credential, user_id: str, role: str) -> None:
        self._ask("PATCH", f"{USERS}/{quote(user_id, safe='')}", credential, {"role": role})

    def set_limit(self, credential: Credential, user_id: str, monthly: int | None) -> None:
        body = {"monthlyMicros": monthly}
        self._ask("PATCH", _limit_of(user_id), credential, body, status=204)

    def reset_limit(self, credential: Credential, user_id: str) -> None:
        self._ask("DELETE", _limit_of(user_id), credential)

    def remove(self, credential: Credential, user_id: str) -> None:
        self._ask("DELETE", f"{USERS}/{quote(user_id, safe='')}", credential)

    def accept(self, wanted: Acceptance) -> Accepted:
        body = {"code": wanted.code.reveal(), "password": wanted.password.reveal()}
        body |= {"name": wanted.name} if wanted.name else {}
        response = self._calls.call("POST", ACCEPT, body=body)
        if response.status == 429:
            raise CredentialError(
                "too many attempts with invitations that are not valid",
                f"wait {response.retry_after or 'some'} seconds, then try again",
            )
        if _id_of(response) == "invitation-refused":
            raise CredentialError(
                "this invitation is not valid, has expired or was already used",
                "ask an administrator for a new one: `mosaic user invite EMAIL`",
            )
        if response.status != 201:
            raise self._calls.unexpected("the acceptance of an invitation", response)
        user, token = response.body["user"], response.body["token"]
        return Accepted(email=user["email"], role=user["role"], token=Secret(token["plaintext"]))

    def create_token(self, credential: Credential, wish: TokenWish) -> Minted:
        wanted: dict[str, object] = {"label": wish.label, "scopes": wish.scopes}
        wanted |= {} if wish.days is None else {"expiresInDays": wish.days}
        return minted_from(self._ask("POST", TOKENS, credential, wanted, status=201).body)

    def _ask(
        self,
        method: str,
        path: str,
        credential: Credential,
        body: object = None,
        *,
        status: int | None = None,
    ) -> Response:
        response = self._calls.call(method, path, body=body, headers=headers_of(credential))
        if response.status == (status or (204 if method == "DELETE" else 200)):
            return response
        refusal = _REFUSALS.get(_id_of(response))
        if refusal is not None:
            raise InstallerError(*refusal)
        raise self._calls.unexpected("the request about users", response)


def _limit_of(user_id: str) -> str:
    return f"{USERS}/{quote(user_id, safe='')}/limit"


def _user(row: Any) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=row["role"],
        created_at=row["createdAt"],
    )


def _guest(row: Any) -> Person:
    return Person(
        id=row["id"],
        name="",
        email=row["email"],
        role=row["role"],
        created_at=row["createdAt"],
        expires_at=row["expiresAt"],
    )


def _id_of(response: Response) -> str:
    """Return the id of a refusal; empty where the answer is none."""
    try:
        return str(response.body["error"]["id"])
    except (KeyError, TypeError):
        return ""
