"""Compose v2 and v1 run the same file: two services, one after the other is healthy."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.engine import Done, Engine, run

pytestmark = pytest.mark.install

VERSIONS = {"v2": ("docker", "compose"), "v1": ("docker-compose",)}
FILE = """
services:
  postgres:
    image: pgvector/pgvector:pg17
    labels: ["{label}"]
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/password
    secrets: [password]
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"]
      interval: 1s
      timeout: 5s
      retries: 60
  valkey:
    image: valkey/valkey:8-alpine
    labels: ["{label}"]
    depends_on:
      postgres: {{condition: service_healthy}}
    healthcheck:
      test: ["CMD", "valkey-cli", "-h", "127.0.0.1", "ping"]
      interval: 1s
      timeout: 5s
      retries: 60
secrets:
  password: {{file: ./password}}
volumes:
  data:
    labels: ["{label}"]
networks:
  default:
    labels: ["{label}"]
"""


class Project:
    """A compose file of a test's own, and the compose that runs it."""

    def __init__(self, compose: tuple[str, ...], folder: Path) -> None:
        self.compose = (*compose, "--project-directory", str(folder))
        self.file = folder / "compose.yaml"
        self.name = f"mosaic-test-{secrets.token_hex(4)}"

    def run(self, *words: str) -> Done:
        return run(*self.compose, "-f", str(self.file), "-p", self.name, *words)


@pytest.fixture(params=VERSIONS)
def project(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Project]:
    made = Project(VERSIONS[request.param], tmp_path)
    made.file.write_text(FILE.format(label=engine.label))
    (tmp_path / "password").write_text("a-password-in-a-file")
    (tmp_path / "password").chmod(0o644)
    try:
        yield made
    finally:
        made.run("down", "--volumes", "--timeout", "5")


@pytest.mark.parametrize(("version", "compose"), VERSIONS.items())
def test_both_versions_are_here(engine: Engine, version: str, compose: tuple[str, ...]) -> None:
    assert run(*compose, "version", "--short").stdout.lstrip("v").startswith(version[1:])


def test_services_start_in_order_and_leave_nothing(engine: Engine, project: Project) -> None:
    project.run("up", "--detach")
    first = project.run("ps", "--quiet", "postgres").stdout.strip()
    state = json.loads(run("docker", "inspect", first).stdout)[0]["State"]
    assert state["Health"]["Status"] == "healthy"
    reached = project.run(
        *("exec", "-T", "valkey", "getent", "hosts", "postgres"),
    )
    assert "postgres" in reached.stdout
    assert {kind: len(ids) for kind, ids in engine.made().items()} == {
        "container": 2,
        "network": 1,
        "volume": 1,
    }
    project.run("down", "--volumes", "--timeout", "5")
    assert engine.made() == {"container": [], "network": [], "volume": []}
