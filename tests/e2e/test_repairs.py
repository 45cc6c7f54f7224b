"""A repair runs the steps that were announced: those, in that order, and no other."""

import shutil
from collections.abc import Callable

import pytest
from tests.e2e.program import Site

pytestmark = pytest.mark.install


def stop(site: Site) -> None:
    site.run("gateway", "stop")


def lose_state(site: Site) -> None:
    stop(site)
    shutil.rmtree(site.state)


def empty_settings(site: Site) -> None:
    (site.config / "gateway/.env").write_text("")


def forget(*names: str) -> Callable[[Site], None]:
    def break_it(site: Site) -> None:
        for name in names:
            (site.home / name).unlink()

    return break_it


BROKEN: dict[str, Callable[[Site], None]] = {
    "the gateway is stopped": stop,
    "its settings are gone": forget("config/gateway/.env"),
    "its settings are cut off": empty_settings,
    "the token is gone": forget("config/gateway/admin-token"),
    "the answers are gone": forget("config/answers.toml"),
    "the secrets are gone": forget("config/secrets.toml"),
    "all of these are gone": forget(
        "config/gateway/.env",
        "config/gateway/admin-token",
        "config/answers.toml",
        "config/secrets.toml",
    ),
    "others can read it": lambda site: (site.config / "secrets.toml").chmod(0o644),
    "the state is lost": lose_state,
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", ["doctor", "install"])
@pytest.mark.parametrize("state", BROKEN)
def test_what_a_repair_announces_is_what_it_runs(shared: Site, state: str, way: str) -> None:
    BROKEN[state](shared)
    if way == "doctor":
        announced = shared.run("doctor", "--json", code=9).document["actions"]
        fixed = shared.run("doctor", "--fix", "--json").document
        ran = [row["action"] for row in fixed["repairs"]]
        assert {row["result"] for row in fixed["repairs"]} <= {"repaired"}
    else:
        announced = shared.run("install", "--dry-run", "--json").document["actions"]
        events = shared.run("install", "--yes", "--json").events
        ran = [row["action"] for row in events if row["event"] == "action_done"]
    to_do = [row for row in announced if not row["done"]]
    assert ran == [row["action"] for row in to_do if row["action"] in ran], "no other, in order"
    assert {row["action"] for row in to_do if not row["if_needed"]} <= set(ran), "all of them"
    assert ran
    assert shared.has_working_token()
