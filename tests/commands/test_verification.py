"""Only what the installed gateway does not use yet is tried; what worked before is left alone."""

from pathlib import Path

import pytest
from tests.fake_machine import FakeMachine
from tests.make import HOST, make_facts

from mosaic_installer.commands.verification import Tried, installed_values, new_endpoints
from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.settling.interview import Given, Layer, Settled, settle
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.stages import configuration

pytestmark = pytest.mark.unit

ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
SAVED = {
    "providers.openai_api_key": "sk-saved",
    "providers.openai_url": "https://models.example/v1",
    "providers.ollama_url": "http://127.0.0.1:11434",
    "channels.telegram_bot_token": "1:telegram",
}


def settled(*layers: dict[str, str]) -> Settled:
    found = [
        Layer(values={key: Given(text=text, source="a test") for key, text in layer.items()})
        for layer in (*layers, ADMIN)
    ]
    return settle(found, HOST)


@pytest.fixture
def machine(tmp_path: Path) -> LocalMachine:
    """A gateway is installed with what is `SAVED`."""
    layout = Layout.under(tmp_path / "m")
    fake = FakeMachine()
    for step in make_plan([configuration], make_facts(layout=layout), settled(SAVED).answers):
        step.action.apply(fake)
    layout.gateway_secrets.mkdir(parents=True)
    content = fake.files.read(layout.gateway_config)
    assert content is not None
    layout.gateway_config.write_bytes(content)
    for name in ("openai_api_key", "telegram_bot_token"):
        (key,) = (key for key in SAVED if key.endswith(name))
        layout.gateway_secret(name).write_text(SAVED[key])
    return LocalMachine(layout)


def new_names(now: dict[str, str], machine: LocalMachine) -> list[str]:
    found = settled(now, SAVED)
    wanted = endpoints(found.answers)
    return [endpoint.name for endpoint in new_endpoints(wanted, found, installed_values(machine))]


@pytest.mark.parametrize(
    "now",
    [
        {},
        SAVED,
        {"providers.openai_api_key": " sk-saved\n"},
        {"providers.openai_api_key": "none", "providers.ollama_url": "none"},
        {"providers.zai_url": "https://models.example"},
    ],
)
def test_what_is_installed_already_is_not_tried(now: dict[str, str], machine: LocalMachine) -> None:
    assert Tried().new_verdicts(settled(now, SAVED), machine) == ()


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ({"providers.openai_api_key": "sk-new"}, "openai"),
        ({"providers.openai_url": "https://other.example/v1"}, "openai"),
        ({"providers.ollama_url": "http://127.0.0.1:9"}, "ollama"),
        ({"providers.zai_api_key": "zai-new"}, "zai"),
        ({"providers.openai_model": "gpt-6"}, "openai"),
        ({"channels.discord_bot_token": "token"}, "discord"),
        ({"telemetry.enabled": "on", "telemetry.endpoint": "http://127.0.0.1:9"}, "telemetry"),
    ],
)
def test_a_new_secret_address_or_model_is_to_be_tried(
    now: dict[str, str], name: str, machine: LocalMachine
) -> None:
    assert new_names(now, machine) == [name]


def test_everything_is_new_at_first(tmp_path: Path) -> None:
    nothing = LocalMachine(Layout.under(tmp_path / "n"))
    assert new_names({}, nothing) == ["openai", "ollama", "telegram"]


def test_an_installed_secret_that_is_damaged_counts_as_another(machine: LocalMachine) -> None:
    machine.layout.gateway_secret("openai_api_key").write_text("two words")
    assert new_names({}, machine) == ["openai"]
