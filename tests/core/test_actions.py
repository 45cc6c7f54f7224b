"""Every action on a fake machine: done once, done again changes nothing, undone leaves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import pytest
from tests.fake_machine import Entry, FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.answers import SaveAnswers, TakeOutSecrets
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.actions.database import AlignDatabasePassword
from mosaic_installer.core.actions.directory import MakeDirectory, ProtectDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import FreePorts, StartGateway, WaitUntilHealthy
from mosaic_installer.core.actions.images import BuildImage, PullImages
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.actions.secrets import (
    GenerateSecrets,
    KeepSecrets,
    RemoveSecret,
    WriteSecret,
)
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.actions.token import ObtainToken
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.recovery import PASSWORD
from mosaic_installer.errors import InstallerError

pytestmark = pytest.mark.unit

GATEWAY = make_gateway()
GENERATE = GenerateSecrets(path=LAYOUT.secrets, names=("session_secret",))
SECRET = WriteSecret(path=LAYOUT.session_secret, name="session_secret", owner=LAYOUT.secrets)
KEEP = KeepSecrets(path=LAYOUT.secrets, names=("openai_api_key",), dropped=("zai_api_key",))
KEY_FILE = LAYOUT.gateway_secret("zai_api_key")
CONFIG = WriteFile(path=LAYOUT.gateway_config, content="{}\n")
TOKEN = ObtainToken(gateway=GATEWAY, path=LAYOUT.token)
ADMINISTRATOR = CreateAdministrator(
    gateway=GATEWAY, name="Ada", email="ada@example.org", token=LAYOUT.token
)


def empty(_machine: FakeMachine) -> None:
    pass


def open_to_all(machine: FakeMachine) -> None:
    machine.files.entries[LAYOUT.data] = Entry(None, 0o755)


def with_secret(machine: FakeMachine) -> None:
    machine.vault.generate(["session_secret"])


def with_typed_key(machine: FakeMachine) -> None:
    machine.vault.typed["openai_api_key"] = Secret("sk-abc")


def with_key_file(machine: FakeMachine) -> None:
    machine.files.write(KEY_FILE, b"an old key")


def with_secret_answers(machine: FakeMachine) -> None:
    machine.files.write(LAYOUT.answers, b"[admin]\npassword = 'correct-horse-9'\n")


def running(machine: FakeMachine) -> None:
    machine.vault.typed[PASSWORD] = Secret("correct-horse-9")
    machine.gateway_service.start("a fingerprint")


def with_user(machine: FakeMachine) -> None:
    running(machine)
    machine.gateway_api.users["ada@example.org"] = ("Ada", Secret("correct-horse-9"))


STACK = Stack(layout=LAYOUT, project="mosaic", services=("postgres", "valkey", "gateway"))


def with_other_password(machine: FakeMachine) -> None:
    machine.engine.running["postgres"] = "a fingerprint"
    machine.engine.knows_password = False


def with_authority(machine: FakeMachine) -> None:
    machine.engine.running["step-ca"] = "a fingerprint"


def with_servers(machine: FakeMachine) -> None:
    machine.engine.up({"postgres": "a fingerprint", "jaeger": "a fingerprint"})


ALIGN = AlignDatabasePassword(gateway=GATEWAY, stack=STACK)


@dataclass(frozen=True)
class Case:
    """An action, the machine it finds, and what of its work outlives the undoing."""

    action: Action
    before: Callable[[FakeMachine], None] = empty
    outlives: frozenset[str] = frozenset()
    is_for_once: bool = False
    """Whether it must never be applied twice: a plan skips what is done."""


CASES = (
    Case(MakeDirectory(path=LAYOUT.data, is_ours_alone=True), is_for_once=True),
    Case(ProtectDirectory(path=LAYOUT.data), open_to_all, frozenset({"tree"})),
    Case(GENERATE),
    Case(KEEP, with_typed_key),
    Case(SECRET, with_secret),
    Case(RemoveSecret(path=KEY_FILE), with_key_file, frozenset({"tree"})),
    Case(SaveAnswers(path=LAYOUT.answers, values={"gateway.port": 8080})),
    Case(TakeOutSecrets(path=LAYOUT.answers), with_secret_answers, frozenset({"tree"})),
    Case(CONFIG),
    Case(PullImages(images=("valkey/valkey:8-alpine",)), empty, frozenset({"engine"})),
    Case(BuildImage(name="mosaic-gateway:1", on="python:3.13-slim")),
    Case(
        RetireGateway(gateway=GATEWAY),
        lambda machine: machine.gateway_service.start("a fingerprint"),
        frozenset({"process"}),
    ),
    Case(
        FreePorts(gateway=GATEWAY),
        lambda machine: machine.gateway_service.start("a former fingerprint"),
        frozenset({"process"}),
    ),
    Case(
        RemoveContainers(stack=STACK, services=("jaeger",)),
        with_servers,
        frozenset({"engine"}),
    ),
    Case(StartServers(stack=STACK, deadline=5.0)),
    Case(
        AlignDatabasePassword(gateway=GATEWAY, stack=STACK),
        with_other_password,
        frozenset({"engine"}),
    ),
    Case(PinAuthority(stack=STACK), with_authority),
    Case(StartGateway(gateway=GATEWAY)),
    Case(
        WaitUntilHealthy(gateway=GATEWAY, deadline=5.0),
        lambda machine: _start_slowly(machine, delay=1.0),
    ),
    Case(
        PullModel(url="http://127.0.0.1:11434", name="nomic-embed-text"),
        outlives=frozenset({"models"}),
    ),
    Case(ADMINISTRATOR, running, frozenset({"users", "tokens"}), is_for_once=True),
    Case(TOKEN, with_user, frozenset({"tokens"}), is_for_once=True),
)
KINDS = [type(case.action).__name__ for case in CASES]


def _start_slowly(machine: FakeMachine, delay: float) -> None:
    running(machine)
    machine.gateway_api.delay = delay


def test_every_action_has_a_case() -> None:
    proofs = {"VerifyToken"}  # it makes nothing; it has tests of its own below
    assert set(KINDS) | proofs == {kind.__name__ for kind in get_args(Action)}


@pytest.mark.parametrize("case", CASES, ids=KINDS)
def test_an_action_does_its_work_once_and_takes_it_back(case: Case) -> None:
    machine = FakeMachine()
    case.before(machine)
    before = machine.state()
    assert not case.action.is_done(machine)
    assert machine.state() == before

    case.action.apply(machine)
    assert case.action.is_done(machine)
    done = machine.state()
    if not case.is_for_once:
        case.action.apply(machine)
        assert machine.state() == done

    for _ in range(2):
        case.action.undo(machine, purge=True)
        assert _without(machine.state(), case.outlives) == _without(before, case.outlives)


@pytest.mark.parametrize("case", CASES, ids=KINDS)
def test_an_action_says_what_it_does_in_one_line(case: Case) -> None:
    sentence = case.action.describe()
    assert sentence[0].isupper()
    assert sentence == " ".join(sentence.split())


def _without(state: dict[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in state.items() if name not in names}


def test_a_file_in_the_place_of_a_directory_is_refused_and_kept() -> None:
    machine = FakeMachine()
    machine.files.write(LAYOUT.data, b"theirs")
    with pytest.raises(InstallerError, match="is in the way") as refused:
        MakeDirectory(path=LAYOUT.data, is_ours_alone=True).apply(machine)
    assert refused.value.identifier == "cannot-write"
    assert machine.files.read(LAYOUT.data) == b"theirs"


@pytest.mark.parametrize(
    ("is_ours_alone", "purge", "stays"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_a_directory_with_contents_goes_only_in_a_purge_of_what_is_ours(
    *, is_ours_alone: bool, purge: bool, stays: bool
) -> None:
    machine = FakeMachine()
    action = MakeDirectory(path=LAYOUT.data, is_ours_alone=is_ours_alone)
    action.apply(machine)
    machine.files.write(LAYOUT.data / "mosaic.db", b"data")
    action.undo(machine, purge=purge)
    assert (machine.files.read(LAYOUT.data / "mosaic.db") == b"data") is stays


def test_secrets_outlive_the_undoing_because_kept_data_needs_them() -> None:
    machine = FakeMachine()
    GENERATE.apply(machine)
    GENERATE.undo(machine, purge=False)
    assert GENERATE.is_done(machine)


def test_a_generated_secret_is_never_replaced() -> None:
    machine = FakeMachine()
    machine.vault.generated["session_secret"] = Secret("the first")
    machine.files.entries[LAYOUT.secrets] = Entry(b"", 0o644)
    assert not GENERATE.is_done(machine)  # open to others
    GENERATE.apply(machine)
    assert GENERATE.is_done(machine)
    assert machine.vault.get("session_secret") == Secret("the first")


def test_secrets_that_were_given_are_kept_and_others_dropped() -> None:
    machine = FakeMachine()
    GENERATE.apply(machine)
    machine.vault.generated["zai_api_key"] = Secret("an old key")
    with_typed_key(machine)
    assert not KEEP.is_done(machine)
    KEEP.apply(machine)
    machine.vault.typed.clear()
    assert KEEP.is_done(machine)
    assert machine.vault.on_file("openai_api_key") == Secret("sk-abc")
    assert machine.vault.on_file("zai_api_key") is None
    assert GENERATE.is_done(machine)
    KEEP.undo(machine, purge=False)
    assert KEEP.is_done(machine)


def test_a_kept_secret_follows_what_is_given() -> None:
    machine = FakeMachine()
    with_typed_key(machine)
    KEEP.apply(machine)
    machine.vault.typed["openai_api_key"] = Secret("sk-new")
    assert not KEEP.is_done(machine)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (KEEP, "Keep openai_api_key and drop zai_api_key in "),
        (KeepSecrets(path=LAYOUT.secrets, names=("a", "b")), "Keep a, b in "),
        (KeepSecrets(path=LAYOUT.secrets, dropped=("a",)), "Drop a in "),
    ],
)
def test_keeping_secrets_says_their_names_only(action: KeepSecrets, sentence: str) -> None:
    assert action.describe() == f"{sentence}{LAYOUT.secrets}"


def test_a_secret_that_nobody_has_cannot_be_kept() -> None:
    machine = FakeMachine()
    with pytest.raises(InstallerError, match="openai_api_key is not in"):
        KEEP.apply(machine)
    assert machine.files.kind(LAYOUT.secrets) == "absent"


def test_a_secret_file_follows_its_owner() -> None:
    machine = FakeMachine()
    with_secret(machine)
    SECRET.apply(machine)
    machine.files.write(SECRET.path, b"another")
    assert not SECRET.is_done(machine)
    SECRET.apply(machine)
    assert machine.files.read(SECRET.path) == b"generated session_secret"


def test_a_secret_file_without_its_secret_is_refused() -> None:
    with pytest.raises(InstallerError, match="session_secret is not in") as refused:
        SECRET.apply(FakeMachine())
    assert refused.value.identifier == "secrets-damaged"
