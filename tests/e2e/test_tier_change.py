"""Another tier than the installed one is refused before anything changes, however it is asked."""

from typing import Any

import pytest
from tests.e2e.program import Site
from tests.e2e.stack import Stack
from tests.e2e.terminal import DOWN, ENTER, SIGN, Terminal

pytestmark = pytest.mark.install

WAY = "What would you like to do?"


@pytest.mark.parametrize("tier", ["standalone", "federated"])
def test_from_local_to_a_tier_with_containers(shared: Site, tier: str) -> None:
    before = shared.snapshot()
    for words in ((), ("--dry-run",), ("--check",)):
        done = shared.run("install", *words, "--tier", tier, code=4)
        done.says("tier `local` is installed", f"to `{tier}`", "MOSAIC_HOME", "mosaic uninstall")
    shared.run("install", code=4, MOSAIC_STORAGE_TIER=tier).says("tier `local` is installed")
    assert shared.snapshot() == before
    assert shared.has_working_token()


def test_a_tier_that_was_set_in_the_answers_is_refused_too(installed: Site) -> None:
    installed.run("config", "set", "tier=standalone")
    before = installed.snapshot()
    installed.run("install", code=4).says("tier `local` is installed")
    assert installed.snapshot() == before
    assert installed.has_working_token()


def test_a_person_is_told_and_can_leave(shared: Site) -> None:
    before = shared.snapshot()
    with Terminal(shared, "install", "--tier", "standalone") as terminal:
        terminal.sees("tier `local` is installed", WAY, f"{SIGN} Check again")
        terminal.types(DOWN * 4 + ENTER).ends(code=4)
    assert shared.snapshot() == before
    assert shared.has_working_token()


def test_from_standalone_to_any_other(stack: Stack) -> None:
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="process")
    site, made = stack.site, stack.made()
    before = site.snapshot()
    for tier in ("local", "federated"):
        refused: dict[str, Any] = {"MOSAIC_STORAGE_TIER": tier}
        stack.run("install", code=4, **refused).says("tier `standalone` is installed")
    assert site.snapshot() == before
    assert stack.made() == made
    # What says which tier it was is lost: the other files, or the containers, still do.
    for lost in ("config/gateway/meta.json", "config/mosaic.config.json"):
        (site.home / lost).unlink()
        before = site.snapshot()
        stack.run("install", "--tier", "local", code=4).says("tier `standalone` is installed")
        assert site.snapshot() == before
    stack.run("install", "--yes")
    assert site.has_working_token()
    stack.run("uninstall", "--yes")
    stack.install("--yes", MOSAIC_STORAGE_TIER="local")
    assert site.has_working_token()
