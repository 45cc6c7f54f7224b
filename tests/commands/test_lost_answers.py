"""answers.toml is lost: what was chosen is found again, setting by setting, in the other files."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.examples import example
from tests.make import make_facts

from mosaic_installer.commands.opening import remembered_layer
from mosaic_installer.core.answers import CATALOGUE, Answers, given_secrets, value_of
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.stages import configuration, directories, secrets

pytestmark = pytest.mark.unit

KEPT = [
    key for key, setting in CATALOGUE.items() if setting.is_remembered or setting.is_kept_secret
]
ONCE = {"admin.password": "it is needed once, and written down nowhere"}
"""What cannot be rebuilt, and why."""
EXAMPLES = {key: example(key) for key in KEPT}
TOGETHER = [
    EXAMPLES,
    {"tier": "local", "agent.intent": "research", "providers.ollama_url": "127.0.0.1"},
    {
        "tier": "federated",
        "gateway.runtime": "process",
        "telemetry.enabled": "yes",
        "storage.postgres_port": CATALOGUE["storage.postgres_port"].default,
        "web.image": "registry.example.org/web:1",
        "gateway.cors_origin": "https://a.example,https://b.example",
        "providers.ollama_pull": "no",
    },
]


def settled(layer: Layer) -> Answers:
    needed = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
    base = Layer(values={key: Given(text=text, source="base") for key, text in needed.items()})
    return settle([layer, base], make_facts().host).answers


def found_again(given: Mapping[str, str], home: Path) -> tuple[Answers, Answers]:
    """Answers of an installation, and those that are rebuilt once answers.toml is lost."""
    answers = settled(Layer(values={k: Given(text=t, source="test") for k, t in given.items()}))
    machine = LocalMachine(Layout.under(home))
    facts = make_facts(layout=machine.layout)
    typed = {name: secret for name, secret in given_secrets(answers).items() if secret is not None}
    machine.vault.type_in(typed)
    for stage in (directories, secrets, configuration):
        for action in stage.plan(facts, answers):
            action.apply(machine)
    machine.layout.answers.unlink()
    return answers, settled(remembered_layer(LocalMachine(machine.layout)))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, Answers]:
    return found_again(EXAMPLES, tmp_path_factory.mktemp("everything") / "home")


@pytest.mark.parametrize("key", sorted(set(KEPT) - ONCE.keys()))
def test_every_setting_that_is_kept_is_found_again(
    everything: tuple[Answers, Answers], key: str
) -> None:
    before, after = everything
    assert key in before.chosen
    assert key in after.chosen
    assert value_of(after, key) == value_of(before, key)


@pytest.mark.parametrize("given", TOGETHER)
def test_what_was_chosen_together_is_found_again(given: dict[str, str], tmp_path: Path) -> None:
    before, after = found_again(given, tmp_path / "home")
    assert {key for key in before.chosen if key not in ONCE} <= after.chosen
    values = [
        {key: value_of(answers, key) for key in KEPT if key not in ONCE}
        for answers in (before, after)
    ]
    assert values[0] == values[1]


def test_what_cannot_be_rebuilt_is_a_setting() -> None:
    assert ONCE.keys() <= CATALOGUE.keys()
