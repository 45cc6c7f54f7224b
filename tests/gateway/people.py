"""Accounts besides the founder's: enough to try what each of them may do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
from tests.gateway.process import PASSWORD, Home, client_of


@dataclass(frozen=True)
class Person:
    """Somebody with an account and `PASSWORD`."""

    id: str
    email: str


def add_person(home: Home, email: str, role: str = "member") -> Person:
    """Put an account into the database, with Ada's password: the command takes a second."""
    person = Person(str(uuid4()), email)
    new = (person.id, email, email.lower(), role)
    columns = "id, email, email_key, role, name, password_hash, created_at"
    home.sql(
        f"INSERT INTO users ({columns}) SELECT ?, ?, ?, ?, name, password_hash, created_at"  # noqa: S608
        " FROM users WHERE email_key = 'ada@example.org'",
        *new,
    )
    return person


def forget_others(home: Home) -> None:
    """Nobody but Ada is left, as tests that share a gateway want it."""
    others = "SELECT id FROM users WHERE email_key <> 'ada@example.org'"
    for table in ("tokens", "sessions"):
        home.sql(f"DELETE FROM {table} WHERE user_id IN ({others})")  # noqa: S608
    home.sql("DELETE FROM invitations")
    home.sql("DELETE FROM users WHERE email_key <> 'ada@example.org'")


@contextmanager
def signed_in(home: Home, email: str) -> Iterator[httpx.Client]:
    """Speaks to the gateway with a session of theirs."""
    with client_of(home) as client:
        answer = client.post("/api/auth/sign-in/email", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield client


def bearer(plaintext: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {plaintext}"}


def invite(admin: httpx.Client, email: str, **body: object) -> str:
    """The code of a new invitation."""
    answer = admin.post("/api/admin/invitations", json={"email": email, **body})
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


def accept(home: Home, client: httpx.Client, code: str, **body: object) -> httpx.Response:
    """Take an invitation up, whoever has tried before."""
    home.backing.open_throttles()
    # Escaped, so that lone surrogates get there, too.
    wanted = json.dumps({"code": code, "password": PASSWORD, **body})
    kind = {"Content-Type": "application/json"}
    return client.post("/api/invitations/accept", content=wanted, headers=kind)
