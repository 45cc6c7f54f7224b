"""The provisioner's key: the gateway has all of it, the certificate authority its public half."""

import json

import pytest
from tests.fake_machine import KEY, FakeMachine
from tests.make import LAYOUT, make_answers, make_facts

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.secrets import GenerateSecrets, RemoveSecret, WriteSecret
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.provisioner_key import PLACE, PROVISIONER_KEY, public_half
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

PRIVATE = json.loads(KEY)["d"]
FEDERATED = make_answers(tier="federated")
PATH = LAYOUT.compose / "step-ca/ca.json"
CONFIG = WriteFile(path=PATH, content=f'{{"key": {PLACE}, "a": 1}}\n', key_in=LAYOUT.secrets)


def with_key() -> FakeMachine:
    machine = FakeMachine()
    machine.vault.generate([PROVISIONER_KEY])
    return machine


def written(machine: FakeMachine) -> dict[str, object]:
    document: dict[str, object] = json.loads(machine.files.read(PATH) or b"")
    return document


def test_the_public_half_names_the_key_and_cannot_sign() -> None:
    half = json.loads(public_half(Secret(KEY)))
    assert half == {name: value for name, value in json.loads(KEY).items() if name != "d"}


@pytest.mark.parametrize("text", ["", "no key", "[]", "{}", '{"d": "hunter2"}'])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(InstallerError, match="provisioner_key is not a key") as refused:
        public_half(Secret(text))
    assert "hunter2" not in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.identifier == "secrets-damaged"


def test_a_file_with_the_key_has_its_public_half_and_follows_it() -> None:
    machine = with_key()
    CONFIG.apply(machine)
    assert CONFIG.is_done(machine)
    assert written(machine) == {"key": json.loads(public_half(Secret(KEY))), "a": 1}
    machine.vault.generated[PROVISIONER_KEY] = Secret(KEY.replace("an-example", "another"))
    assert not CONFIG.is_done(machine)
    CONFIG.apply(machine)
    assert "another" in str(written(machine))


def test_a_file_with_the_key_is_the_users_where_they_edited_it() -> None:
    machine = with_key()
    CONFIG.apply(machine)
    edited = (machine.files.read(PATH) or b"").replace(b'"a": 1', b'"a": 2')
    machine.files.write(PATH, edited)
    assert replace(CONFIG, content='{"newer": 1}\n').is_done(machine)
    assert '"a": 2' in CONFIG.diff(machine)


def test_nothing_is_written_of_a_key_that_is_not_there_yet() -> None:
    machine = FakeMachine()
    assert not CONFIG.is_done(machine)
    assert PLACE in CONFIG.diff(machine)
    with pytest.raises(InstallerError, match="provisioner_key is not in"):
        CONFIG.apply(machine)
    assert machine.files.kind(PATH) == "absent"


def test_what_the_authority_reads_has_nothing_of_the_private_half() -> None:
    machine = with_key()
    plan = make_plan(STAGES, make_facts(), FEDERATED)
    files = [step.action for step in plan if isinstance(step.action, WriteFile)]
    for action in files:
        action.apply(machine)
    (config,) = (action for action in files if action.path == PATH)
    content = machine.files.read(config.path) or b""
    (provisioner,) = json.loads(content)["authority"]["provisioners"]
    assert provisioner["key"]["kid"] == "an-example"
    assert not any(PRIVATE.encode() in (machine.files.read(each.path) or b"") for each in files)


def test_the_gateway_gets_the_key_and_the_authority_its_own_password() -> None:
    plan = make_plan(STAGES, make_facts(), FEDERATED)
    files = {step.action.name: step.action for step in plan if isinstance(step.action, WriteSecret)}
    assert files[PROVISIONER_KEY].path == LAYOUT.provisioner_key
    assert files["authority_password"].path.parent == LAYOUT.container_secrets


def test_the_authoritys_password_is_found_again_where_only_the_authority_has_it() -> None:
    (generate,) = (
        step.action
        for step in make_plan(STAGES, make_facts(), FEDERATED)
        if isinstance(step.action, GenerateSecrets)
    )
    machine = FakeMachine()
    machine.files.write(LAYOUT.container_secrets / "authority-password", b"the first")
    machine.files.write(LAYOUT.provisioner_key, KEY.encode())
    generate.apply(machine)
    assert machine.vault.get("authority_password") == Secret("the first")
    assert machine.vault.get(PROVISIONER_KEY) == Secret(KEY)


def test_what_an_earlier_version_gave_the_gateway_goes_when_no_container_needs_it() -> None:
    facts = make_facts({"installation.secret_files": LAYOUT.retired_secrets})
    actions = [step.action for step in make_plan(STAGES, facts, FEDERATED)]
    gone = [action.path for action in actions if isinstance(action, RemoveSecret)]
    assert gone == [*LAYOUT.retired_secrets]
    kinds = [type(action) for action in actions]
    assert kinds.index(StartGateway) < kinds.index(RemoveSecret)
