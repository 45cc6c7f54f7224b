"""The servers of a standalone installation, stopped and started under its gateway."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.e2e.program import EMAIL, PASSWORD, eventually
from tests.e2e.stack import Stack
from tests.engine.engine import run as engine_run
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install


@pytest.fixture
def browser(broken_stack: Stack) -> Iterator[httpx.Client]:
    """Somebody who is signed in."""
    body = {"email": EMAIL, "password": PASSWORD}
    with httpx.Client(base_url=broken_stack.site.url, verify=NO_TLS, timeout=90) as client:
        client.post("/api/auth/sign-in/email", json=body).raise_for_status()
        yield client


def ready(client: httpx.Client) -> dict[str, bool]:
    checks = client.get("/health/ready").json()["checks"]
    return {name: bool(check["ok"]) for name, check in checks.items()}


def is_ready(client: httpx.Client) -> Callable[[], bool]:
    return lambda: all(ready(client).values())


@pytest.mark.parametrize(("service", "dependency"), [("postgres", "database"), ("valkey", "queue")])
def test_a_server_that_was_away_is_used_again_and_sessions_outlive_it(
    broken_stack: Stack, browser: httpx.Client, service: str, dependency: str
) -> None:
    before = broken_stack.inspect("gateway")["State"]["StartedAt"]
    engine_run("docker", "stop", "--time=30", broken_stack.container(service))
    checks = ready(browser)
    assert checks == {name: name != dependency for name in checks}
    refused = browser.get("/api/auth/get-session")
    assert refused.status_code == 503
    assert refused.json()["error"]["id"] == f"{dependency}-unavailable"
    assert f"{service:<9} exited" in broken_stack.run("status", code=6).said
    engine_run("docker", "start", broken_stack.container(service))
    eventually(is_ready(browser), "it is ready")
    assert browser.get("/api/auth/get-session").json()["user"]["email"] == EMAIL
    assert broken_stack.site.has_working_token()
    assert broken_stack.inspect("gateway")["State"]["StartedAt"] == before
    healthy = "{{.State.Health.Status}}"
    inspect = ("docker", "inspect", f"--format={healthy}", broken_stack.container(service))
    eventually(lambda: engine_run(*inspect).stdout.strip() == "healthy", "its check says so")
    assert "Already up to date" in broken_stack.run("install", "--yes").said


def test_nobody_is_let_into_valkey_without_the_password(shared_stack: Stack) -> None:
    for words in ("get mosaic:probe", "--user health --pass any get mosaic:probe", "acl list"):
        said = shared_stack.exec("valkey", "sh", "-c", f"valkey-cli --no-auth-warning {words} 2>&1")
        assert said.startswith(("NOAUTH", "NOPERM")), said
    said = shared_stack.exec("valkey", "sh", "-c", "valkey-cli --user default --pass any ping 2>&1")
    assert "WRONGPASS" in said
