"""The gateway's image: built from what is installed, and run as compose will run it."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.e2e import bare_machine
from tests.engine.engine import BASE_IMAGE as BASE
from tests.engine.engine import Container, Engine, eventually, run

from mosaic_installer import __version__
from mosaic_installer.core.containers import labels
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.images.build import build_gateway_image, image_fingerprint

pytestmark = pytest.mark.install

WHEELS = bare_machine.REAL_HOME / ".cache/mosaic-test-engine/wheels"
CANARY = "canary-in-the-environment"
LOCKED = (
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--user=4242:4242",
)


@dataclass(frozen=True)
class Built:
    tag: str
    told: tuple[str, ...]
    nameless_before: frozenset[str]


@pytest.fixture(scope="session")
def built(gateway_image: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Built once; an environment with secrets, and a proxy with one, stay outside."""
    home = tmp_path_factory.mktemp("builder")
    proxies = {"default": {"httpProxy": f"http://ada:{CANARY}@127.0.0.1:9"}}
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"proxies": proxies}))
    told: list[str] = []
    tag, before = f"mosaic-test-gateway:{secrets.token_hex(6)}", frozenset(nameless())
    with pytest.MonkeyPatch.context() as patch, closing(find_engine()) as client:
        for name, value in bare_machine.environment(home).items():
            patch.setenv(name, value)
        patch.setenv("MOSAIC_ADMIN_PASSWORD", CANARY)
        try:
            build_gateway_image(client, tag, BASE, WHEELS, told.append)
            yield Built(tag, tuple(told), before)
        finally:
            run("docker", "image", "rm", "--force", tag, code=None)


def nameless() -> set[str]:
    """Return the stages that are left of builds; of one that was killed, they stay."""
    label = f"--filter=label={labels.BUILD}"
    words = run("docker", "image", "ls", "--quiet", "--filter=dangling=true", label).stdout
    return set(words.split())


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """What compose mounts: configuration and secrets that the container's user can read."""
    config = tmp_path / "config"
    config.mkdir()
    document = {
        "tier": "standalone",
        "storage": {"type": "sqlite", "path": "/data/gateway.db", "enableVector": False},
        "queue": {"type": "database"},
        "memory": {"type": "keyword"},
    }
    (config / "mosaic.config.json").write_text(json.dumps(document))
    (config / "gateway.env").write_text(
        "MOSAIC_GATEWAY_BIND=0.0.0.0\nMOSAIC_GATEWAY_PORT=14242\n"
        "MOSAIC_SESSION_SECRET_FILE=/run/secrets/session-secret\n"
    )
    (tmp_path / "session-secret").write_text("s" * 64)
    return tmp_path


def start(engine: Engine, image: str, settings: Path, port: int) -> Container:
    """Start it as compose does: no rights, nothing to write to but /tmp and its data."""
    options = (
        *LOCKED,
        f"--publish=127.0.0.1:{port}:14242",
        f"--volume={settings / 'config'}:/etc/mosaic:ro",
        f"--volume={settings / 'session-secret'}:/run/secrets/session-secret:ro",
        "--tmpfs=/data:uid=4242,gid=4242,mode=0700",
    )
    # Nothing but the installer, or this, makes a database; what is tried here is the image.
    begun = ("-c", "mosaic-gateway migrate && exec mosaic-gateway serve")
    return engine.run(image, *begun, options=(*options, "--entrypoint=sh"))


def test_it_says_what_it_is(built: Built) -> None:
    config = json.loads(run("docker", "image", "inspect", built.tag).stdout)[0]["Config"]
    assert config["Labels"][labels.VERSION] == __version__
    assert config["Labels"][labels.FINGERPRINT] == image_fingerprint()
    assert config["Labels"][labels.BASE] in run("docker", "image", "inspect", BASE).stdout
    assert (config["Entrypoint"], config["Cmd"]) == (["mosaic-gateway"], ["serve"])
    assert (config["User"], list(config["ExposedPorts"])) == ("10001:10001", ["14242/tcp"])
    assert config["Healthcheck"]["Test"] == ["CMD", "mosaic-gateway", "healthcheck"]
    assert any(line.startswith("Step") for line in built.told)


def test_no_secret_went_into_it(built: Built) -> None:
    history = run("docker", "history", "--no-trunc", "--format={{json .}}", built.tag).stdout
    assert "mosaic-gateway" in history
    assert CANARY not in history + run("docker", "image", "inspect", built.tag).stdout
    assert CANARY not in "\n".join(built.told)


def test_it_is_small_and_holds_no_wheels(engine: Engine, built: Built) -> None:
    sizes = [
        json.loads(run("docker", "image", "inspect", image).stdout)[0]["Size"]
        for image in (built.tag, BASE)
    ]
    # Half of it are the SDKs of model providers.
    assert sizes[0] - sizes[1] < 125_000_000
    script = "import os; print(os.path.exists('/wheels'), os.access('/opt/mosaic', os.W_OK))"
    done = engine.run(built.tag, "-c", script, options=("--entrypoint=python",))
    assert done.wait_for_exit() == 0
    assert done.logs() == "False False\n"


def test_built_again_it_is_the_same_and_nothing_nameless_is_left(
    built: Built, built_image: str
) -> None:
    # The one that stays on the engine was built before, maybe in a run of long ago.
    inspect = ("docker", "image", "inspect", "--format={{.Id}}")
    assert run(*inspect, built.tag).stdout == run(*inspect, built_image).stdout
    eventually(lambda: nameless() <= built.nameless_before, "no stage of a build is left")


def test_only_a_whole_image_says_what_it_was_made_of(built: Built) -> None:
    """While it is built, what each line made is there for another installation to find."""
    history = run("docker", "history", "--no-trunc", "--format={{.CreatedBy}}", built.tag)
    last, *earlier = history.stdout.splitlines()
    assert labels.FINGERPRINT in last
    assert not any(labels.FINGERPRINT in line for line in earlier)


def test_anyone_runs_it_on_a_root_that_is_read_only(
    engine: Engine, built: Built, settings: Path, free_port: int
) -> None:
    container = start(engine, built.tag, settings, free_port)
    container.wait_until_healthy()
    with closing(HTTPConnection("127.0.0.1", free_port, timeout=10)) as connection:
        connection.request("GET", "/health")
        answer = json.loads(connection.getresponse().read())
    assert answer == {"status": "ok", "version": __version__}
    assert json.loads(container.exec("mosaic-gateway", "admin", "list").stdout) == []
    assert container.exec("id", "-u").stdout == "4242\n"
    assert "/opt" not in run("docker", "diff", container.name).stdout
    assert container.stop() == 0


def test_anyone_reaches_postgresql_with_it(engine: Engine, built: Built, settings: Path) -> None:
    network = f"--network={engine.network()}"
    database = engine.run(
        "pgvector/pgvector:pg17",
        options=(network, "--network-alias=postgres"),
        environment={"POSTGRES_PASSWORD": "a-password-of-tests", "POSTGRES_DB": "mosaic"},
        health="pg_isready -h 127.0.0.1 -U postgres",
    )
    database.wait_until_healthy()
    file = settings / "config/mosaic.config.json"
    document = json.loads(file.read_text())
    document["storage"] = {
        "type": "postgres",
        "url": "postgresql://postgres@postgres:5432/mosaic",
        "enableVector": True,
    }
    file.write_text(json.dumps(document))
    (settings / "password").write_text("a-password-of-tests")
    migration = engine.run(
        built.tag,
        "migrate",
        options=(
            *LOCKED,
            network,
            f"--volume={settings / 'config'}:/etc/mosaic:ro",
            f"--volume={settings / 'password'}:/run/secrets/password:ro",
            "--env=MOSAIC_DATABASE_PASSWORD_FILE=/run/secrets/password",
        ),
    )
    assert migration.wait_for_exit() == 0, migration.logs()
    assert migration.logs().startswith("migrated to ")


def test_a_foundation_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    with closing(find_engine()) as client, pytest.raises(EngineError) as raised:
        build_gateway_image(client, "mosaic-test:x", "no-such-python:1", tmp_path, lambda _: None)
    assert raised.value.identifier == "image-missing"


def test_a_foundation_without_python(engine: Engine, tmp_path: Path) -> None:
    with closing(find_engine()) as client, pytest.raises(EngineError) as raised:
        build_gateway_image(
            client, "mosaic-test:x", "valkey/valkey:8-alpine", tmp_path, lambda _: None
        )
    assert raised.value.exit_code == 5


@pytest.fixture
def without_pip(engine: Engine) -> Iterator[str]:
    """A foundation that lets every build fail."""
    name = f"mosaic-test-foundation:{secrets.token_hex(6)}"
    script = "import pip, shutil; shutil.rmtree(pip.__path__[0])"
    change = engine.run(BASE, "-c", script, options=("--entrypoint=python",))
    assert change.wait_for_exit() == 0
    run("docker", "commit", change.name, name)
    try:
        yield name
    finally:
        run("docker", "image", "rm", "--force", name)


def test_a_build_that_fails_shows_its_last_lines(built: Built, without_pip: str) -> None:
    tag, before = f"mosaic-test-gateway:{secrets.token_hex(6)}", nameless()
    with closing(find_engine()) as client, pytest.raises(EngineError) as raised:
        build_gateway_image(client, tag, without_pip, WHEELS, lambda _: None)
    assert raised.value.identifier == "image-build-failed"
    assert "No module named pip" in raised.value.message
    assert run("docker", "image", "ls", "--quiet", tag).stdout == ""
    eventually(lambda: nameless() <= before, "no stage of a build is left")


def test_an_index_that_is_closed_is_explained_without_its_password(
    engine: Engine, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://ada:{CANARY}@127.0.0.1:{free_port}/simple")
    with closing(find_engine()) as client, pytest.raises(InstallerError) as raised:
        build_gateway_image(client, "mosaic-test:x", BASE, tmp_path, lambda _: None)
    assert raised.value.message.startswith("pip could not fetch what the gateway needs: ")
    assert CANARY not in raised.value.message
    assert "package index" in raised.value.hint
    assert list(tmp_path.iterdir()) == []
