"""The wizard where containers are concerned: tiers with servers, and a loss that needs a word."""

from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD
from tests.e2e.stack import Stack
from tests.e2e.terminal import DOWN, ENTER, SIGN, UP, Terminal
from tests.engine.engine import run as engine
from tests.questions_table import QUESTIONS, Recorder

pytestmark = pytest.mark.install

WAY, KEY = "What would you like to do?", "Model provider API key"
E_MAIL, TYPED, AGAIN = "Administrator's e-mail:", "Administrator's password:", "Confirm password:"
GO = "Apply this plan?"


@pytest.mark.sampled(1)
@pytest.mark.parametrize("tier", ["standalone", "federated"])
def test_a_person_installs_a_tier_with_servers(
    stack: Stack, ca_port: int, tier: str, record_property: Recorder
) -> None:
    variables: dict[str, Any] = {
        "MOSAIC_STORAGE_TIER": tier,
        "MOSAIC_STEP_CA_PORT": str(ca_port),
    }
    with Terminal(stack.site, "install", **variables) as terminal:
        terminal.sees(WAY, "Engine", "Docker").answers(WAY, "").answers(KEY, "")
        terminal.answers(E_MAIL, EMAIL).answers(TYPED, PASSWORD).answers(AGAIN, PASSWORD)
        terminal.sees(GO)
        assert stack.made() == {"containers": [], "networks": [], "volumes": [], "images": []}
        terminal.types(ENTER).sees("Mosaic is ready").ends()
        assert len(terminal.questions) == 5
        record_property(f"{QUESTIONS}quick start, {tier}", len(terminal.questions))
        assert PASSWORD not in terminal.raw
    assert stack.site.has_working_token()
    assert stack.psql("SELECT email FROM users") == EMAIL
    states = {
        row["name"]: row["state"] for row in stack.run("status", "--json").document["services"]
    }
    assert set(states.values()) == {"healthy"}
    assert ("step-ca" in states) == (tier == "federated")


def test_a_person_hears_before_the_yes_what_will_be_fetched(stack: Stack) -> None:
    absent: dict[str, Any] = {
        "MOSAIC_STORAGE_TIER": "standalone",
        "MOSAIC_VALKEY_IMAGE": "registry.invalid/valkey:8",
        **ADMIN,
    }
    with Terminal(stack.site, "install", **absent) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").sees("Good to know")
        terminal.sees("these images will be fetched: registry.invalid/valkey:8", GO)
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()
    assert not stack.site.home.exists()


def test_a_lost_database_is_begun_anew_only_after_a_word(broken_stack: Stack) -> None:
    stack = broken_stack
    engine("docker", "rm", "--force", stack.container("gateway"), stack.container("postgres"))
    engine("docker", "volume", "rm", f"{stack.project}_postgres")
    given: dict[str, Any] = dict(ADMIN)
    with Terminal(stack.site, "install", **given) as terminal:
        terminal.sees("all data with it", WAY, "Begin with an empty database")
        terminal.types(DOWN + ENTER).sees(f"{SIGN} Continue").types(ENTER).answers(GO, "").sees(
            "Mosaic is ready"
        ).ends()
    assert stack.psql("SELECT email FROM users") == EMAIL
    assert stack.site.has_working_token()
