"""Providers, channels, sign-on and telemetry, by environment alone: tried, kept, handed over."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, Site, eventually
from tests.standins import services
from tests.standins.channels import discord, telegram
from tests.standins.identities import Identities
from tests.standins.server import Answer, Asked, StandIn

pytestmark = pytest.mark.install

SECRETS = {
    "MOSAIC_ANTHROPIC_API_KEY": "sk-ant-0123456789-anthropic",
    "MOSAIC_OPENAI_API_KEY": "sk-0123456789-openai",
    "MOSAIC_OPENROUTER_API_KEY": "sk-or-0123456789-openrouter",
    "MOSAIC_ZAI_API_KEY": "0123456789-zai",
    "MOSAIC_DISCORD_BOT_TOKEN": "0123456789-discord",
    "MOSAIC_TELEGRAM_BOT_TOKEN": "1234567:0123456789-telegram",
    "MOSAIC_KEYCLOAK_CLIENT_SECRET": "0123456789-keycloak",
}
KEY = SECRETS["MOSAIC_OPENAI_API_KEY"]
SAYS_NO = "0123456789-refused"


@dataclass(frozen=True)
class World:
    """Stand-ins for every service, and the variables that lead to them."""

    stand_ins: tuple[StandIn, ...]
    variables: dict[str, str]

    @property
    def calls(self) -> int:
        return sum(len(stand_in.asked) for stand_in in self.stand_ins) - len(self.traces)

    @property
    def traces(self) -> list[Asked]:
        """What the gateway sends by itself, every few seconds in which it is asked something."""
        asked = [each for stand_in in self.stand_ins for each in stand_in.asked]
        return [each for each in asked if isinstance(each.body, bytes)]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    keycloak = Identities(
        name="keycloak", path="/realms/m", secret=SECRETS["MOSAIC_KEYCLOAK_CLIENT_SECRET"]
    )
    answers: dict[str, tuple[Answer, str]] = {
        "MOSAIC_ANTHROPIC_URL": (services.anthropic(SECRETS["MOSAIC_ANTHROPIC_API_KEY"]), ""),
        "MOSAIC_OPENAI_URL": (services.openai(KEY), "/v1"),
        "MOSAIC_OPENROUTER_URL": (
            services.openrouter(SECRETS["MOSAIC_OPENROUTER_API_KEY"]),
            "/api/v1",
        ),
        "MOSAIC_ZAI_URL": (services.zai(SECRETS["MOSAIC_ZAI_API_KEY"]), "/api/paas/v4"),
        "MOSAIC_OLLAMA_URL": (services.ollama(["llama3.1:8b", "llama3.2:3b"]), ""),
        "MOSAIC_DISCORD_URL": (discord(SECRETS["MOSAIC_DISCORD_BOT_TOKEN"]), "/api/v10"),
        "MOSAIC_TELEGRAM_URL": (telegram(SECRETS["MOSAIC_TELEGRAM_BOT_TOKEN"]), ""),
        "MOSAIC_KEYCLOAK_ISSUER": (keycloak, "/realms/m"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": (services.collector, ""),
    }
    with ExitStack() as open_ones:
        stand_ins = {
            name: open_ones.enter_context(StandIn(row[0])) for name, row in answers.items()
        }
        variables = {name: stand_ins[name].url + answers[name][1] for name in answers}
        keycloak.issuer = variables["MOSAIC_KEYCLOAK_ISSUER"]
        keycloak.tokens = f"{keycloak.issuer}/token"
        yield World(tuple(stand_ins.values()), variables)


def everything(world: World) -> dict[str, Any]:
    return {
        **SECRETS,
        **world.variables,
        "MOSAIC_KEYCLOAK_CLIENT_ID": "mosaic",
        "MOSAIC_TELEMETRY": "on",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=0123456789-collector",
        "MOSAIC_AGENT_INTENT": "research",
    }


def only_openai(world: World, **changes: str | None) -> dict[str, Any]:
    return {
        "MOSAIC_OPENAI_API_KEY": KEY,
        "MOSAIC_OPENAI_URL": world.variables["MOSAIC_OPENAI_URL"],
        **changes,
    }


def config_of(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.config / "mosaic.config.json").read_text())
    return found


def secret_file(site: Site, name: str) -> Path:
    return site.config / "gateway/secrets" / name


def test_all_of_it_is_connected_by_environment_and_a_re_run_changes_nothing(
    site: Site, world: World
) -> None:
    given = everything(world)
    said = [site.install("--yes", "--verbose", **given).said]
    assert "ollama has no nomic-embed-text" in said[0]
    _is_handed_over(config_of(site), given)
    _has_secret_files(site)
    _has_loaded_everything(site)
    before, calls, pid = site.snapshot(), world.calls, site.gateway().pid
    agains: tuple[dict[str, Any], ...] = ({**ADMIN, **given}, {})
    for again in agains:
        done = site.run("install", "--yes", **again)
        assert "Already up to date" in done.stderr
        said.append(done.said)
    assert (site.snapshot(), world.calls, site.gateway().pid) == (before, calls, pid)

    said.append(
        site.run("install", "--json", "--set", "gateway.cors_origin=https://example.org").said
    )
    said.append(site.run("doctor", "--json", **given).said)
    shown = {row["key"]: row["value"] for row in site.run("config", "show", "--json").document}
    assert shown["providers.openai_api_key"] == "set"
    files = [path for path in site.home.rglob("*") if path.is_file()]
    for secret in SECRETS.values():
        holders = [path for path in files if secret.encode() in path.read_bytes()]
        assert len(holders) == 2, "the owner file, and the one that the gateway reads"
        assert site.config / "secrets.toml" in holders
        assert not any(secret in text for text in said)
        assert secret not in f"{site.supervisor().environ()} {site.gateway().environ()}"
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()
    assert {each.headers["x-key"] for each in world.traces} == {"0123456789-collector"}


def _has_loaded_everything(site: Site) -> None:
    """The gateway loads beside its first answers, and notes in its log what is there."""
    log = site.home / "state/logs/gateway.log"
    said = ("ready after", "traces go to")
    eventually(lambda: all(words in log.read_text() for words in said), "all is loaded")


def _is_handed_over(config: dict[str, Any], given: dict[str, Any]) -> None:
    assert list(config["providers"]) == ["anthropic", "openai", "openrouter", "zai", "ollama"]
    assert config["agent"] == {"name": "Sage", "intent": "research"}
    assert list(config["channels"]) == ["discord", "telegram"]
    assert config["signOn"]["keycloak"]["issuer"] == given["MOSAIC_KEYCLOAK_ISSUER"]
    assert config["telemetry"]["endpoint"] == given["OTEL_EXPORTER_OTLP_ENDPOINT"]


def _has_secret_files(site: Site) -> None:
    environment = (site.config / "gateway/.env").read_text()
    for variable, secret in SECRETS.items():
        name = variable.removeprefix("MOSAIC_").lower().replace("_", "-")
        assert secret_file(site, name).read_text() == secret
        assert secret_file(site, name).stat().st_mode & 0o777 == 0o600
        assert f"{variable}_FILE='{secret_file(site, name)}'" in environment


def test_a_refused_key_ends_the_run_before_anything_is_changed(site: Site, world: World) -> None:
    given = only_openai(world, MOSAIC_OPENAI_API_KEY=SAYS_NO)
    done = site.install("--yes", code=4, **given)
    done.says("OpenAI refused the key", "--ignore secrets-are-accepted", "providers.openai_api_key")
    assert SAYS_NO not in done.said
    assert not site.home.exists()
    site.install("--yes", "--ignore", "secrets-are-accepted", **given)
    assert secret_file(site, "openai-api-key").read_text() == SAYS_NO


def test_a_service_that_cannot_be_reached_is_a_warning_and_a_word_removes_its_key(
    site: Site, world: World, free_port: int
) -> None:
    away = f"http://127.0.0.1:{free_port}"
    done = site.install("--yes", **only_openai(world, MOSAIC_OPENAI_URL=away))
    assert "warning: OpenAI cannot be reached" in done.stderr
    first = site.gateway().pid
    site.run("install", "--yes", MOSAIC_OPENAI_API_KEY="none")
    assert not secret_file(site, "openai-api-key").exists()
    assert KEY not in (site.config / "secrets.toml").read_text()
    assert config_of(site)["providers"] == {}
    assert site.gateway().pid != first
    assert "Already up to date" in site.run("install", "--yes").stderr


def test_lost_files_are_made_again_from_one_another(site: Site, world: World) -> None:
    site.install("--yes", **only_openai(world, MOSAIC_AGENT_NAME="Ada"))
    config = config_of(site)
    for lost in ("secrets.toml", "answers.toml", "gateway/secrets/openai-api-key"):
        (site.config / lost).unlink()
        site.run("doctor", "--fix", code=(0, 9))
        site.run("install", "--yes")
        assert secret_file(site, "openai-api-key").read_text() == KEY
        assert KEY in (site.config / "secrets.toml").read_text()
        assert config_of(site) == config


def test_keys_of_the_environment_are_found_and_taken_over_when_told_to(
    site: Site, world: World
) -> None:
    url = world.variables["MOSAIC_OPENAI_URL"]
    theirs: dict[str, Any] = {"OPENAI_API_KEY": KEY, "MOSAIC_OPENAI_URL": url}
    done = site.install("--yes", "--dry-run", "--verbose", **theirs)
    assert "the environment has OPENAI_API_KEY, which Mosaic does not use" in done.stderr
    assert KEY not in done.said
    site.install("--yes", "--set", "providers.take_over=yes", **theirs)
    assert secret_file(site, "openai-api-key").read_text() == KEY
    assert "OPENAI_API_KEY" not in site.gateway().environ()


def test_services_are_listed_and_tried_before_anything_is_installed(
    site: Site, world: World
) -> None:
    given = everything(world)
    rows = site.run("provider", "test", "--json", **given).document
    assert {row["result"] for row in rows} == {"accepted"}
    assert {row["schema"] for row in rows} == {1}
    assert len(rows) == 9
    listed = site.run("provider", "list", "--json", **given).document
    assert [row["name"] for row in listed if not row["on"]] == ["authentik", "workos"]
    assert "/api/auth/oauth2/callback/keycloak" in site.run("provider", "list", **given).stdout
    refused = site.run("provider", "test", code=7, **{**given, "MOSAIC_ZAI_API_KEY": SAYS_NO})
    assert "zai: refused: Z.AI refused the key" in refused.stdout
    assert "anthropic: accepted: 3 models" in refused.stdout
    one = site.run("provider", "test", "anthropic", "--complete", "--json", **given).document
    assert [(row["name"], row["result"]) for row in one] == [("anthropic", "accepted")]
    gone = "http://127.0.0.1:9"
    done = site.run("provider", "test", code=1, MOSAIC_OLLAMA_URL=gone)
    assert "ollama: unreachable" in done.stdout
    site.run("provider", "test", "anthropic", code=2).says("`anthropic` is not turned on")
    site.run("provider", "test", "antropic", code=2).says("did you mean `anthropic`?")
    assert "No service is turned on" in site.run("provider", "test").stderr
    assert not site.home.exists()


def test_models_that_ollama_lacks_are_pulled_when_that_is_asked_for(site: Site) -> None:
    wanted = ["nomic-embed-text", "llama3.1:8b", "llama3.2:3b"]
    with StandIn(services.ollama([], can_pull=wanted)) as ollama:
        given: dict[str, Any] = {"MOSAIC_OLLAMA_URL": ollama.url}
        done = site.install("--json", MOSAIC_OLLAMA_PULL="yes", **given)
        progress = [row["text"] for row in done.events if row["event"] == "action_progress"]
        assert "50 % of 0.3 GB" in progress
        pulled = [asked.body["model"] for asked in ollama.asked if asked.path == "/api/pull"]
        assert pulled == wanted
        assert "Already up to date" in site.run("install", "--yes").stderr
