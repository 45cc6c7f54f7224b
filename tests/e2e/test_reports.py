"""Commands that only tell: doctor, status, config, token."""

import json
import re
import socket
import time

import pytest
from tests.e2e.program import EMAIL, PASSWORD, Site

pytestmark = pytest.mark.install


def test_doctor_finds_a_healthy_installation_healthy(shared: Site) -> None:
    done = shared.run("doctor")
    assert re.search(r"\([\w, ]*\d+ checks passed\)", done.stdout)
    assert "✗" not in done.stdout
    document = shared.run("doctor", "--json").document
    assert document["schema"] == 1
    assert document["ok"] is True
    assert all(row["done"] for row in document["actions"])
    assert {"stage", "action", "done", "if_needed"} == set(document["actions"][0])
    for finding in document["findings"]:
        assert set(finding) == {"id", "level", "message", "hint"}
        assert finding["level"] != "error"


def test_doctor_finds_drift(installed: Site) -> None:
    (installed.config / "gateway/.env").unlink()
    done = installed.run("doctor", code=9)
    assert "✗ config/gateway/.env is missing; it will be rewritten\n" in done.stdout
    document = installed.run("doctor", "--json", code=9).document
    assert document["ok"] is False
    to_do = [row["action"] for row in document["actions"] if not row["done"]]
    assert to_do[0] == f"Write {installed.config}/gateway/.env"


def test_status_says_what_runs_where_since_when(shared: Site) -> None:
    done = shared.run("status")
    for words in (f"healthy at {shared.url}", "local", str(shared.home), "process"):
        assert words in done.stdout
    document = shared.run("status", "--json").document
    assert set(document) == {"schema", "tier", "home", "gateway", "services", "failing_jobs"}
    assert (document["tier"], document["home"]) == ("local", str(shared.home))
    gateway = document["gateway"]
    assert set(gateway) == {"url", "runtime", "version", "healthy", "since"}
    assert (gateway["url"], gateway["runtime"], gateway["healthy"]) == (shared.url, "process", True)


def test_status_waits_for_no_engine_that_is_silent(installed: Site) -> None:
    # As if it had containers: an engine on a socket that takes questions and answers none.
    meta = installed.config / "gateway/meta.json"
    changed = json.loads(meta.read_text()) | {"tier": "standalone", "services": ["postgres"]}
    meta.write_text(json.dumps(changed))
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(installed.user / "engine"))
        silent.listen()
        engine = f"unix://{installed.user / 'engine'}"
        begun = time.monotonic()
        done = installed.run("status", code=5, DOCKER_HOST=engine)
        assert time.monotonic() - begun < 10.0, "it is asked for 15 s by who needs its answer"
        done.says("the container engine is silent: it did not answer within 2.5 s")
        assert "healthy at" in done.stdout
        document = installed.run("status", "--json", code=5, DOCKER_HOST=engine).document
        assert document["gateway"]["healthy"] is True
        meta.write_text(json.dumps(changed | {"runtime": "swarm"}))
        done = installed.run("status", code=5, DOCKER_HOST=engine)
        done.says("the Swarm is silent: it did not answer within 2.5 s", "mosaic cluster status")


def test_config_show_gives_value_and_source(shared: Site) -> None:
    rows = {row["key"]: row for row in shared.run("config", "show", "--json").document}
    assert rows["gateway.port"]["value"] == str(shared.port)
    assert rows["gateway.port"]["source"] == "MOSAIC_GATEWAY_PORT"
    assert rows["gateway.bind"]["source"] == "default"
    assert rows["admin.email"]["value"] == EMAIL
    assert rows["admin.email"]["source"].startswith("answers.toml")
    assert rows["admin.password"]["value"] == "unset"
    shown = shared.run("config", "show", MOSAIC_ADMIN_PASSWORD=PASSWORD)
    assert PASSWORD not in shown.said
    text = {line.split(" = ")[0] for line in shown.stdout.splitlines()}
    assert text == set(rows)


def test_config_get_explain_and_path(shared: Site) -> None:
    assert shared.run("config", "get", "gateway.port").stdout == f"{shared.port}\n"
    assert shared.run("config", "path").stdout == f"{shared.config / 'answers.toml'}\n"
    explained = shared.run("config", "explain", "admin.password").stdout
    for words in ("MOSAIC_ADMIN_PASSWORD_FILE", "admin.password_file", "8 to 128"):
        assert words in explained
    keys = [line.split()[0] for line in shared.run("config", "explain").stdout.splitlines()]
    assert {"tier", "gateway.port", "installer.home"} <= set(keys)
    shared.run("config", "get", "gateway.prot", code=2).says("`gateway.port`")


def test_config_works_where_nothing_is_installed(site: Site) -> None:
    rows = {row["key"]: row for row in site.run("config", "show", "--json").document}
    assert rows["admin.email"]["source"] == "not given yet"
    assert site.run("config", "path").stdout == f"{site.config / 'answers.toml'}\n"
    assert not site.home.exists()


def test_token_show_prints_the_token_and_nothing_else(shared: Site) -> None:
    done = shared.run("token", "show")
    assert done.stdout.rstrip("\n") == shared.token_file.read_text()
    assert done.stderr == ""


def test_token_show_without_a_token_says_how_to_get_one(site: Site) -> None:
    site.run("token", "show", code=7).says("does not exist", "`mosaic token recover`")


def test_version_and_help_need_no_installation(site: Site) -> None:
    assert site.run("--version").stdout.startswith("mosaic ")
    shown = site.run("--help").stdout
    assert "install" in shown
    assert "exit codes" in shown
    site.run("install", "--help", HOME=None, MOSAIC_HOME=None)


def test_a_run_leaves_a_log_of_itself(shared: Site) -> None:
    (log,) = (shared.state / "logs").glob("install-*.log")
    assert "action_done Gateway Start the gateway" in log.read_text()
    assert "finished True" in log.read_text()
    meta = json.loads((shared.config / "gateway/meta.json").read_text())
    assert (meta["host"], meta["port"], meta["tier"]) == ("127.0.0.1", shared.port, "local")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("conversation", "list"), "No conversations yet."),
        (("conversation", "search", "heron"), "Nothing found."),
        (("memory", "list"), "No memories yet."),
        (("memory", "search", "heron"), "Nothing found."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_list_of_nothing_says_so_beside_stdout(
    shared: Site, words: tuple[str, ...], told: str
) -> None:
    done = shared.run(*words)
    assert (done.stdout, done.stderr[: len(told)]) == ("", told)
    assert shared.run(*words, "--json").said == "[]\n"
