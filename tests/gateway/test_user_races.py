"""What may happen to users between a question and its answer: others change them meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import update
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import PASSWORD

from mosaic_gateway.accounts.acceptance import Acceptance, Guest
from mosaic_gateway.accounts.callers import EVERY_SCOPE, Caller
from mosaic_gateway.accounts.invitations import Invitations, NewInvitation
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.roster import Roster
from mosaic_gateway.accounts.sessions import DatabaseSessionStore, Sessions
from mosaic_gateway.accounts.tokens import NewToken, Tokens
from mosaic_gateway.accounts.users import (
    ADMIN,
    MEMBER,
    NewUser,
    User,
    create_user,
    find_account,
    find_by_id,
    list_users,
)
from mosaic_gateway.errors import (
    BusyError,
    NotAdministratorError,
    RefusedError,
    UnauthenticatedError,
)
from mosaic_gateway.operation.stores import Stores
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import USERS as USERS_TABLE

pytestmark = [pytest.mark.gateway, ON_BOTH]

ROUNDS = 10
UNKNOWN = "mosaic_invitation_" + "A" * 43


@pytest.fixture
def eve(storage: Storage) -> User:
    """An administrator beside another one."""
    with storage.writing() as connection:
        create_user(connection, NewUser("Ada", "ada@example.org", "hash"), role=ADMIN)
        return create_user(connection, NewUser("Eve", "eve@example.org", "hash"), role=ADMIN)


def _as(user: User) -> Caller:
    return Caller(user, "192.0.2.1", EVERY_SCOPE)


def _other(storage: Storage) -> Caller:
    with storage.reading() as connection:
        account = find_account(connection, "ada@example.org")
    assert account is not None
    return _as(account.user)


@pytest.mark.parametrize("verb", ["demote", "remove"])
def test_of_two_who_turn_on_each_other_one_administrator_remains(
    storage: Storage, verb: str
) -> None:
    for number in range(ROUNDS):
        names = (f"eve{number}@example.org", f"mallory{number}@example.org")
        with storage.writing() as connection:
            connection.execute(update(USERS_TABLE).values(role=MEMBER))
            users = [
                create_user(connection, NewUser("X", each, "hash"), role=ADMIN) for each in names
            ]
        start = Barrier(2)

        def turn_on(pair: tuple[User, User], start: Barrier = start) -> type[Exception] | None:
            roster = Roster(storage, _as(pair[0]))
            start.wait()
            try:
                if verb == "demote":
                    roster.set_role(pair[1].id, MEMBER)
                else:
                    roster.remove(pair[1].id)
            except RefusedError as error:
                return type(error)
            return None

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(turn_on, zip(users, reversed(users), strict=True)))
        # Who was first has done it; the other was no administrator any more, or not there.
        lost = NotAdministratorError if verb == "demote" else UnauthenticatedError
        assert set(results) == {None, lost}
        with storage.reading() as connection:
            assert [user.is_admin for user in list_users(connection)].count(True) == 1


OVERTAKEN: list[Callable[[Storage, Caller, User], object]] = [
    lambda storage, eve, other: Roster(storage, eve).set_role(other.id, MEMBER),
    lambda storage, eve, other: Roster(storage, eve).remove(other.id),
    lambda storage, eve, other: Invitations(storage, eve).invite(NewInvitation("x@y", ADMIN)),
    lambda storage, eve, other: Invitations(storage, eve).withdraw(other.id),
    lambda storage, eve, other: Tokens(storage, eve).mint(NewToken("x", EVERY_SCOPE)),
]


@pytest.mark.parametrize("act", OVERTAKEN)
def test_what_was_asked_for_before_a_demotion_or_removal_does_not_happen_after_it(
    storage: Storage, eve: User, act: Callable[[Storage, Caller, User], object]
) -> None:
    """The credentials were looked at; before the change itself, another took the right away."""
    ada = _other(storage)
    Roster(storage, ada).set_role(eve.id, MEMBER)
    with pytest.raises(NotAdministratorError):
        act(storage, _as(eve), ada.user)
    Roster(storage, ada).remove(eve.id)
    with pytest.raises(UnauthenticatedError):
        act(storage, _as(eve), ada.user)
    with storage.reading() as connection:
        assert find_by_id(connection, ada.user.id) == ada.user


def test_who_is_removed_while_they_sign_in_is_let_in_nowhere(storage: Storage, eve: User) -> None:
    with storage.reading() as connection:
        account = find_account(connection, eve.email)
    assert account is not None
    Roster(storage, _other(storage)).remove(eve.id)
    sessions = Sessions(storage, DatabaseSessionStore(storage), "secret")
    assert sessions.find(sessions.open(account)) is None


def test_a_member_gets_no_repository_of_administrators(storage: Storage, eve: User) -> None:
    member = Roster(storage, _other(storage)).set_role(eve.id, MEMBER)
    for repository in (Roster, Invitations):
        with pytest.raises(RefusedError):
            repository(storage, _as(member))


class NoTurn(Passwords):
    """A machine so busy that no password is hashed in time."""

    def hash(self, *_: object, **__: object) -> str:
        raise BusyError


def test_nobody_looks_at_a_code_before_the_work_is_done(storage: Storage, stores: Stores) -> None:
    """So that a good code takes no longer than a bad one, and a busy gateway spends none."""
    with storage.writing() as connection:
        ada = create_user(connection, NewUser("Ada", "ada@example.org", "hash"), role=ADMIN)
    invitations = Invitations(storage, Caller(ada, "192.0.2.1", EVERY_SCOPE))
    invited = invitations.invite(NewInvitation("bob@example.org", MEMBER))
    busy = Acceptance(storage, NoTurn(), stores.throttle)
    for code in [invited.code, UNKNOWN] * 5:
        with pytest.raises(BusyError):
            busy.accept(Guest("192.0.2.1", None, code, PASSWORD))
    user, _ = Acceptance(storage, Passwords(), stores.throttle).accept(
        Guest("192.0.2.1", None, invited.code, PASSWORD)
    )
    assert (user.email, user.role) == ("bob@example.org", MEMBER)
