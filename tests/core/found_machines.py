"""What actions find on a machine of dictionaries, each made by a function of its name."""

from tests.fake_machine import FakeMachine
from tests.make import LAYOUT

from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tokens.recovery import PASSWORD

PASSWORD_OF_ADA = Secret("correct-horse-9")
NEWEST = "sha256:" + "2" * 64


def empty(_machine: FakeMachine) -> None:
    pass


def type_key(machine: FakeMachine) -> None:
    machine.vault.typed["openai_api_key"] = Secret("sk-abc")


def run_gateway(machine: FakeMachine) -> None:
    machine.vault.typed[PASSWORD] = PASSWORD_OF_ADA
    machine.gateway_service.start("a former fingerprint")


def damage_database(machine: FakeMachine) -> None:
    machine.files.write(LAYOUT.database, b"half of it")


def run_slow_gateway(machine: FakeMachine) -> None:
    run_gateway(machine)
    machine.gateway_api.delay = 1.0


def add_user(machine: FakeMachine) -> None:
    run_gateway(machine)
    machine.gateway_api.users["ada@example.org"] = ("Ada", PASSWORD_OF_ADA)


def add_token(machine: FakeMachine) -> None:
    add_user(machine)
    machine.gateway_api.add_token("mine")


def change_password(machine: FakeMachine) -> None:
    machine.engine.running["postgres"] = "a fingerprint"
    machine.engine.knows_password = False


def run_authority(machine: FakeMachine) -> None:
    machine.engine.running["step-ca"] = "a fingerprint"


def move_tag(machine: FakeMachine) -> None:
    machine.engine.newest["valkey/valkey:8-alpine"] = NEWEST


def run_servers(machine: FakeMachine) -> None:
    machine.engine.up({"postgres": "a fingerprint", "jaeger": "a fingerprint"})
