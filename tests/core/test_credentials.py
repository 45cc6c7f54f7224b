"""The administrator and the token: what the gateway says decides, and a dead token is replaced."""

import pytest
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.token import ObtainToken, VerifyToken
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway_secrets import SETUP
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.recovery import PASSWORD
from mosaic_installer.errors import AnswersError, CredentialError

pytestmark = pytest.mark.unit

GATEWAY = make_gateway()
TOKEN = ObtainToken(gateway=GATEWAY, path=LAYOUT.token)
ADMINISTRATOR = CreateAdministrator(
    gateway=GATEWAY, name="Ada", email="ada@example.org", token=LAYOUT.token
)


def running(machine: FakeMachine) -> None:
    machine.vault.typed[PASSWORD] = Secret("correct-horse-9")
    machine.gateway_service.start("a fingerprint")


def with_user(machine: FakeMachine) -> None:
    running(machine)
    machine.gateway_api.users["ada@example.org"] = ("Ada", Secret("correct-horse-9"))


@pytest.mark.parametrize("email", ["ada@example.org", "Ada@Example.ORG"])
def test_an_account_that_a_killed_run_asked_for_may_come_at_the_last_moment(email: str) -> None:
    machine = FakeMachine()
    running(machine)
    machine.gateway_api.users[email] = ("Ada", Secret("correct-horse-9"))
    ADMINISTRATOR.apply(machine)
    assert list(machine.gateway_api.users) == [email]
    assert TOKEN.is_done(machine)


def test_an_account_of_somebody_else_is_named() -> None:
    machine = FakeMachine()
    running(machine)
    machine.gateway_api.users["eve@example.org"] = ("Eve", Secret("correct-horse-9"))
    with pytest.raises(CredentialError, match=r"set up for eve@"):
        ADMINISTRATOR.apply(machine)


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("bob@example.org", ["the token acts as ada@example.org, not as bob@example.org"]),
        ("ADA@example.org", []),
        (None, []),
    ],
)
def test_a_token_of_another_account_than_the_one_that_is_named_is_told(
    email: str | None, said: list[str]
) -> None:
    machine = FakeMachine()
    with_user(machine)
    replace(TOKEN, email=email).apply(machine)
    assert [each.partition(";")[0] for each in machine.told if "acts as" in each] == said


def test_the_password_of_the_administrator_is_asked_of_the_vault() -> None:
    machine = FakeMachine()
    running(machine)
    ADMINISTRATOR.apply(machine)
    assert machine.gateway_api.users == {"ada@example.org": ("Ada", Secret("correct-horse-9"))}
    assert TOKEN.is_done(machine)


def test_the_gateway_is_told_the_setup_secret() -> None:
    machine = FakeMachine()
    running(machine)
    machine.vault.generate([SETUP])
    machine.gateway_api.setup_secret = machine.vault.get(SETUP)
    assert not ADMINISTRATOR.is_done(machine)
    ADMINISTRATOR.apply(machine)
    assert ADMINISTRATOR.is_done(machine)


def test_a_gateway_whose_setup_secret_is_spent_is_set_up_on_the_hosts_authority() -> None:
    machine = FakeMachine()
    running(machine)
    machine.gateway_api.setup_secret = Secret("another one")
    ADMINISTRATOR.apply(machine)
    assert ADMINISTRATOR.is_done(machine)
    assert TOKEN.is_done(machine)


def test_somebody_else_who_was_first_is_named_and_is_not_the_administrator() -> None:
    machine = FakeMachine()
    running(machine)
    machine.gateway_api.users["eve@example.org"] = ("Eve", Secret("guess-who-i-am"))
    assert not ADMINISTRATOR.is_done(machine)
    with pytest.raises(CredentialError, match="set up for eve@example"):
        ADMINISTRATOR.apply(machine)
    assert list(machine.gateway_api.users) == ["eve@example.org"]
    assert machine.files.read(LAYOUT.token) is None


def test_an_administrator_without_a_password_is_refused() -> None:
    machine = FakeMachine()
    machine.gateway_service.start("")
    with pytest.raises(AnswersError, match="no password was given"):
        ADMINISTRATOR.apply(machine)
    assert machine.gateway_api.users == {}


def test_a_dead_token_is_put_aside_and_another_minted() -> None:
    machine = FakeMachine()
    with_user(machine)
    machine.files.write(TOKEN.path, b"dead")
    assert not TOKEN.is_done(machine)
    TOKEN.apply(machine)
    assert TOKEN.is_done(machine)
    assert machine.files.read(LAYOUT.gateway / "admin-token.old") == b"dead"
    TOKEN.undo(machine, purge=False)
    assert [path.name for path in machine.files.entries] == []


def test_a_token_that_others_could_read_is_minted_anew() -> None:
    machine = FakeMachine()
    with_user(machine)
    TOKEN.apply(machine)
    machine.files.entries[TOKEN.path].mode = 0o644
    exposed = machine.files.read(TOKEN.path)
    assert not TOKEN.is_done(machine)
    TOKEN.apply(machine)
    assert machine.files.read(TOKEN.path) != exposed


def test_a_token_is_proven_by_the_gateway_and_by_nothing_else() -> None:
    proof = VerifyToken(gateway=GATEWAY, path=LAYOUT.token)
    machine = FakeMachine()
    with_user(machine)
    TOKEN.apply(machine)
    proof.apply(machine)
    assert proof.is_done(machine)
    machine.gateway_api.tokens_by_text.clear()
    assert not proof.is_done(machine)
    with pytest.raises(CredentialError, match="refuses the token"):
        proof.apply(machine)
    before = machine.state()
    proof.undo(machine, purge=True)
    assert machine.state() == before


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b" \n"])
def test_a_file_without_a_token_in_it_is_no_token(content: bytes | None) -> None:
    machine = FakeMachine()
    with_user(machine)
    if content is not None:
        machine.files.write(TOKEN.path, content)
    assert not TOKEN.is_done(machine)
