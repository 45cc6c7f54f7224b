"""An installation that changes how it runs: the former form ends before the new one starts."""

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.e2e.program import EMAIL
from tests.e2e.stack import Stack
from tests.engine.engine import BASE_IMAGE
from tests.engine.engine import run as engine
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install

NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}


def runtime(stack: Stack, name: str) -> dict[str, Any]:
    """The variables of a run that makes the gateway a process or a container."""
    ports: dict[str, Any] = {
        "MOSAIC_POSTGRES_PORT": str(stack.site.port - 10_000),
        "MOSAIC_VALKEY_PORT": str(stack.site.port - 5_000),
    }
    return {"MOSAIC_GATEWAY_RUNTIME": name, **(ports if name == "process" else {})}


FORMS = {
    "container": (
        {"postgres", "valkey", "gateway"},
        "Remove the unneeded container gateway",
        "containers that are no longer needed still exist",
    ),
    "process": (
        {"postgres", "valkey"},
        "Stop the gateway's old process",
        "the gateway still runs the old way",
    ),
}
"""The services of an installation whose gateway is that; how a run says that it ends it, and how
doctor, that it should have ended."""


@pytest.mark.sampled(1)
@pytest.mark.parametrize(("first", "other"), [("process", "container"), ("container", "process")])
def test_the_gateway_changes_its_form_and_back_also_where_that_is_cut_off(
    stack: Stack, first: str, other: str
) -> None:
    site = stack.site
    stack.install("--yes", **runtime(stack, first))
    token, volumes = site.token(), stack.made()["volumes"]
    assert stack.services() == FORMS[first][0]

    def proves(form: str) -> None:
        assert stack.services() == FORMS[form][0]
        assert bool(site.processes()) is (form == "process")
        assert site.token() == token
        assert site.status_with(token) == 200
        assert stack.psql("SELECT email FROM users") == EMAIL
        assert stack.made()["volumes"] == volumes
        before = site.snapshot()
        assert "Already up to date" in stack.run("install", "--yes").said
        assert site.snapshot() == before

    words = FORMS[first][1]
    assert words in stack.run("install", "--dry-run", **runtime(stack, other)).stdout
    assert words in stack.run("install", "--yes", **runtime(stack, other)).said
    proves(other)
    # As far as a run gets that is killed before it stops anything: the files say the new form.
    stack.run("install", "--yes", "--only", "configuration", **runtime(stack, first))
    assert stack.services() == FORMS[other][0]
    assert FORMS[other][2] in stack.run("doctor", code=9).said
    stack.run("install", "--yes")
    proves(first)

    stack.run("install", "--yes", "--only", "configuration", **runtime(stack, other))
    stack.run("uninstall", "--purge", "--yes")
    assert site.processes() == []
    assert stack.made() == NOTHING
    assert not site.home.exists()


@pytest.fixture
def option_image(missing_for_engine: str) -> Iterator[str]:
    """An image that stands in for those of the collector, of Jaeger and of a dashboard."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    name = f"mosaic-test-option:{secrets.token_hex(6)}"
    wget = "ln -s /bin/true /usr/local/bin/wget"  # which Jaeger's image has, and is asked for
    recipe = f'FROM {BASE_IMAGE}\nRUN {wget}\nENTRYPOINT ["sh", "-c", "exec sleep infinity"]\n'
    engine("docker", "build", f"--tag={name}", "-", stdin=recipe)
    yield name
    engine("docker", "image", "rm", "--force", name)


def trusts(stack: Stack, page: str) -> bool:
    """Whether browsers let that page read what the gateway answers."""
    answer = httpx.get(f"{stack.site.url}/health", headers={"Origin": page}, verify=NO_TLS)
    return bool(answer.headers.get("access-control-allow-origin") == page)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", ["container", "process"])
def test_an_option_changes_places_with_the_gateway_and_is_gone_once_it_is_turned_off(
    stack: Stack, option_image: str, name: str
) -> None:
    options: dict[str, Any] = {
        "MOSAIC_TELEMETRY": "on",
        "MOSAIC_JAEGER_PORT": str(stack.site.port - 3_000),
        "MOSAIC_COLLECTOR_PORT": str(stack.site.port - 4_000),
        "MOSAIC_WEB_PORT": str(stack.site.port - 2_000),
    }
    kinds = ("WEB", "JAEGER", "COLLECTOR")
    options |= {f"MOSAIC_{kind}_IMAGE": option_image for kind in kinds}
    stack.install("--yes", **runtime(stack, name), **options)
    wanted = {"postgres", "valkey", *(("gateway",) if name == "container" else ())}
    assert stack.services() == wanted | {"web", "jaeger", "otel-collector"}
    pages = [f"http://{host}:{options['MOSAIC_WEB_PORT']}" for host in ("localhost", "127.0.0.1")]
    assert [page for page in (*pages, "http://localhost:3000") if trusts(stack, page)] == pages
    servers = {each: stack.inspect(each)["State"]["StartedAt"] for each in ("postgres", "valkey")}

    web = int(options["MOSAIC_WEB_PORT"])
    ports = ("--set", f"web.port={stack.site.port}", "--set", f"gateway.port={web}")
    done = stack.run("install", "--yes", *ports, MOSAIC_GATEWAY_PORT=None)
    assert "Stop the gateway to free its port for another service" in done.said
    assert stack.site.has_working_token(port=web)
    assert {each: stack.inspect(each)["State"]["StartedAt"] for each in servers} == servers

    # The gateway goes back to its port, which a container leaves that is not wanted any more.
    off = ("--set", "web.image=none", "--set", "telemetry.enabled=off")
    done = stack.run("install", "--yes", *off)
    assert "Remove the unneeded containers jaeger, otel-collector, web" in done.said
    assert stack.services() == wanted
    assert not any(trusts(stack, page) for page in pages)
    assert {each: stack.inspect(each)["State"]["StartedAt"] for each in servers} == servers
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").said
