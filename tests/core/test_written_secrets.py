"""Secrets: made once, kept where they were given, and written for those who read them."""

import pytest
from tests.core.found_machines import type_key
from tests.fake_machine import Entry, FakeMachine
from tests.make import LAYOUT

from mosaic_installer.core.actions.secrets import GenerateSecrets, KeepSecrets, WriteSecret
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError

pytestmark = pytest.mark.unit

GENERATE = GenerateSecrets(path=LAYOUT.secrets, names=("session_secret",))
SECRET = WriteSecret(path=LAYOUT.session_secret, name="session_secret", owner=LAYOUT.secrets)
KEEP = KeepSecrets(path=LAYOUT.secrets, names=("openai_api_key",), dropped=("zai_api_key",))


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
    type_key(machine)
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
    type_key(machine)
    KEEP.apply(machine)
    machine.vault.typed["openai_api_key"] = Secret("sk-new")
    assert not KEEP.is_done(machine)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (KEEP, "Save openai_api_key and remove zai_api_key in "),
        (KeepSecrets(path=LAYOUT.secrets, names=("a", "b")), "Save a, b in "),
        (KeepSecrets(path=LAYOUT.secrets, dropped=("a",)), "Remove a in "),
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
    machine.vault.generate(["session_secret"])
    SECRET.apply(machine)
    machine.files.write(SECRET.path, b"another")
    assert not SECRET.is_done(machine)
    SECRET.apply(machine)
    assert machine.files.read(SECRET.path) == b"generated session_secret"


def test_a_secret_file_without_its_secret_is_refused() -> None:
    with pytest.raises(InstallerError, match="session_secret is not in") as refused:
        SECRET.apply(FakeMachine())
    assert refused.value.identifier == "secrets-damaged"
