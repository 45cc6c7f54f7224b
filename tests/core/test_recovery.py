"""The ways back to a token, and what is tidied up after them."""

from pathlib import Path

import pytest
from tests.fake_machine import Crash, FakeMachine
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.exchange import finish_exchange
from mosaic_installer.core.tokens.recovery import PASSWORD, Wish, recover, save_token
from mosaic_installer.core.tokens.rotation import rotate
from mosaic_installer.errors import CredentialError, InstallerError
from mosaic_installer.stages.gateway import wanted_gateway

pytestmark = pytest.mark.unit

EMAIL = "ada@example.org"
CORRECT = Secret("correct-horse-9")


@pytest.fixture
def gateway() -> Gateway:
    return wanted_gateway(make_facts(), make_answers())


@pytest.fixture
def machine(gateway: Gateway) -> FakeMachine:
    """A gateway runs, has an administrator, and nobody has a token."""
    machine = FakeMachine()
    StartGateway(gateway=gateway).apply(machine)
    machine.gateway_api.users[EMAIL] = ("Ada", CORRECT)
    return machine


def sign_in(machine: FakeMachine, gateway: Gateway) -> None:
    session = machine.gateway_api.sign_in(EMAIL, CORRECT)
    machine.files.write(gateway.layout.session, session.reveal().encode())


def put_on_file(machine: FakeMachine, gateway: Gateway) -> str:
    token = machine.gateway_api.add_token("mosaic-installer").token
    machine.gateway_api.accepts(Credential(kind="token", secret=token))
    save_token(gateway, machine, token)
    return token.reveal()


def on_file(machine: FakeMachine, path: Path) -> str:
    return (machine.files.read(path) or b"").decode()


def test_the_session_on_file_comes_before_everything_else(
    machine: FakeMachine, gateway: Gateway
) -> None:
    sign_in(machine, gateway)
    machine.vault.typed[PASSWORD] = CORRECT
    recover(gateway, machine, Wish(email=EMAIL))
    assert machine.told == ["by the session on file"]


def test_the_password_comes_before_the_host(machine: FakeMachine, gateway: Gateway) -> None:
    machine.vault.typed[PASSWORD] = CORRECT
    recover(gateway, machine, Wish(email=EMAIL))
    assert machine.told == ["by e-mail and password"]
    assert machine.gateway_api.sessions == set()


def test_the_host_is_the_way_when_nothing_else_is_known(
    machine: FakeMachine, gateway: Gateway
) -> None:
    minted = recover(gateway, machine, Wish(label="night shift"))
    assert machine.told == ["by the authority over this host"]
    assert machine.gateway_api.tokens_by_text[minted.token.reveal()].label == "night shift"


def test_a_way_that_is_refused_is_said_and_the_next_one_taken(
    machine: FakeMachine, gateway: Gateway
) -> None:
    machine.files.write(gateway.layout.session, b"long over")
    machine.vault.typed[PASSWORD] = Secret("wrong-horse-9")
    recover(gateway, machine, Wish(email=EMAIL))
    assert machine.told == [
        "not by the session on file: the session is over",
        "not by e-mail and password: the e-mail or the password is wrong",
        "by the authority over this host",
    ]


@pytest.mark.parametrize("way", ["session", "password"])
def test_a_forced_way_with_nothing_to_go_on_is_an_error_that_names_it(
    machine: FakeMachine, gateway: Gateway, way: str
) -> None:
    with pytest.raises(CredentialError, match="to recover by"):
        recover(gateway, machine, Wish(via=way))
    assert machine.gateway_api.working() == []


def test_a_forced_way_that_is_refused_is_not_replaced_by_another(
    machine: FakeMachine, gateway: Gateway
) -> None:
    machine.vault.typed[PASSWORD] = Secret("wrong-horse-9")
    with pytest.raises(CredentialError, match="password is wrong"):
        recover(gateway, machine, Wish(via="password", email=EMAIL))
    assert machine.gateway_api.working() == []


def test_without_any_administrator_there_is_no_way(machine: FakeMachine, gateway: Gateway) -> None:
    machine.gateway_api.users.clear()
    with pytest.raises(CredentialError, match="no way back"):
        recover(gateway, machine, Wish())


def test_the_token_that_was_on_file_is_put_aside(machine: FakeMachine, gateway: Gateway) -> None:
    path = gateway.layout.token
    save_token(gateway, machine, Secret("first"))
    save_token(gateway, machine, Secret("second"))
    assert on_file(machine, path) == "second"
    assert on_file(machine, path.with_name("admin-token.old")) == "first"


def test_only_tokens_of_ours_that_nobody_used_are_revoked(
    machine: FakeMachine, gateway: Gateway
) -> None:
    api = machine.gateway_api
    used = api.add_token("mosaic-installer").token
    api.accepts(Credential(kind="token", secret=used))
    theirs = api.add_token("backup script").token
    for label in ("mosaic-installer", "Initial setup"):
        api.add_token(label)
    kept = api.add_token("mosaic-installer").token
    save_token(gateway, machine, kept)
    finish_exchange(gateway, machine)
    assert api.working() == [used.reveal(), theirs.reveal(), kept.reveal()]
    (told,) = machine.told
    assert "an earlier token is not revoked" in told
    assert "`mosaic token revoke id-1` ends it" in told


def test_rotating_leaves_exactly_the_new_token(machine: FakeMachine, gateway: Gateway) -> None:
    old = put_on_file(machine, gateway)
    new = rotate(gateway, machine, None).reveal()
    assert new != old
    assert machine.gateway_api.working() == [new]
    assert on_file(machine, gateway.layout.token) == new
    assert machine.files.kind(gateway.layout.exchange) == "absent"


@pytest.mark.parametrize("point", ["exchange", "token"])
def test_a_rotation_that_was_cut_off_is_ended_by_the_next_run(
    machine: FakeMachine, gateway: Gateway, point: str
) -> None:
    put_on_file(machine, gateway)
    path = getattr(gateway.layout, point)
    machine.files.breaks_at.add(path)
    with pytest.raises(Crash):
        rotate(gateway, machine, None)
    machine.files.breaks_at.clear()
    finish_exchange(gateway, machine)
    assert machine.gateway_api.working() == [on_file(machine, gateway.layout.token)]


def test_a_recovery_that_was_cut_off_is_ended_by_the_next_run(
    machine: FakeMachine, gateway: Gateway
) -> None:
    lost = recover(gateway, machine, Wish()).token.reveal()
    save_token(gateway, machine, recover(gateway, machine, Wish()).token)
    finish_exchange(gateway, machine)
    assert lost not in machine.gateway_api.working()
    assert machine.gateway_api.working() == [on_file(machine, gateway.layout.token)]


def test_a_damaged_note_is_passed_over(machine: FakeMachine, gateway: Gateway) -> None:
    token = put_on_file(machine, gateway)
    machine.files.write(gateway.layout.exchange, b"{")
    finish_exchange(gateway, machine)
    assert machine.gateway_api.working() == [token]


def test_a_gateway_that_does_not_mark_the_token_on_file_cannot_rotate(
    machine: FakeMachine, gateway: Gateway
) -> None:
    save_token(gateway, machine, Secret("unknown to the gateway"))
    with pytest.raises(InstallerError):
        rotate(gateway, machine, None)
