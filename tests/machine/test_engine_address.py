"""Where the engine is looked for, in the order of Docker's own command, and which versions do."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from mosaic_installer.core.containers.version import version_of
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine import address as engine_address
from mosaic_installer.machine.engine.address import EngineAddress, find_address
from mosaic_installer.machine.engine.connection import is_new_enough
from mosaic_installer.machine.routes import read_routes

pytestmark = pytest.mark.unit

VARIABLES = ("HOST", "CONTEXT", "CONFIG", "TLS_VERIFY", "CERT_PATH")


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in VARIABLES:
        monkeypatch.delenv(f"DOCKER_{name}", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def add_context(configuration: Path, name: str, **endpoint: object) -> Path:
    identifier = hashlib.sha256(name.encode()).hexdigest()
    folder = configuration / "contexts" / "meta" / identifier
    folder.mkdir(parents=True)
    document = {"Name": name, "Endpoints": {"docker": endpoint}}
    (folder / "meta.json").write_text(json.dumps(document))
    return configuration / "contexts" / "tls" / identifier / "docker"


def choose(configuration: Path, name: str) -> None:
    (configuration / "config.json").write_text(json.dumps({"currentContext": name}))


def test_the_chosen_context_says_where(configuration: Path) -> None:
    add_context(configuration, "rootless", Host="unix:///run/user/1000/docker.sock")
    choose(configuration, "rootless")
    found = find_address()
    assert found == EngineAddress(url="unix:///run/user/1000/docker.sock", context="rootless")
    assert found.variables() == {"DOCKER_CONTEXT": "rootless"}


def test_a_context_brings_its_certificates(configuration: Path) -> None:
    folder = add_context(configuration, "far", Host="tcp://far:2376", SkipTLSVerify=True)
    folder.mkdir(parents=True)
    choose(configuration, "far")
    assert find_address() == EngineAddress(
        url="tcp://far:2376", context="far", certificates=folder, verifies=False
    )


def test_variables_win_over_the_chosen_context(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_context(configuration, "one", Host="unix:///one.sock")
    add_context(configuration, "two", Host="unix:///two.sock")
    choose(configuration, "one")
    monkeypatch.setenv("DOCKER_CONTEXT", "two")
    assert find_address().url == "unix:///two.sock"
    monkeypatch.setenv("DOCKER_HOST", "unix:///three.sock")
    found = find_address()
    assert (found.url, found.context) == ("unix:///three.sock", "default")
    assert found.variables() == {"DOCKER_HOST": "unix:///three.sock"}


def test_a_host_that_verifies_has_its_certificates_beside_the_configuration(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://far:2376")
    assert find_address().certificates is None
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    assert find_address().certificates == configuration


@pytest.mark.parametrize("content", ["", "{", "[]", '{"Endpoints": {}}', '{"Endpoints": null}'])
def test_a_damaged_context_is_refused_with_a_way_out(configuration: Path, content: str) -> None:
    add_context(configuration, "torn")
    (meta,) = configuration.rglob("meta.json")
    meta.write_text(content)
    choose(configuration, "torn")
    with pytest.raises(EngineError, match="context `torn`") as raised:
        find_address()
    assert "docker context use default" in raised.value.hint


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"currentContext": ""}'])
def test_without_a_choice_it_is_a_socket(configuration: Path, content: str) -> None:
    (configuration / "config.json").write_text(content)
    found = find_address()
    assert found.url.startswith("unix://")
    assert found.context == "default"


def test_sockets_are_looked_at_in_order(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = configuration / "nowhere.sock"
    monkeypatch.setattr(engine_address, "SYSTEM_SOCKET", nowhere)
    monkeypatch.setattr(engine_address, "SYSTEM_PODMAN", configuration / "none.sock")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(configuration))
    assert find_address().url == f"unix://{nowhere}"
    (configuration / "podman").mkdir()
    for socket in ("podman/podman.sock", "docker.sock", "nowhere.sock"):
        (configuration / socket).touch()
        assert find_address().url == f"unix://{configuration / socket}"


def test_a_rootless_engine_is_found_where_no_variable_names_its_folder(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_address, "SYSTEM_SOCKET", configuration / "nowhere.sock")
    monkeypatch.setattr(engine_address, "RUNTIME_FOLDERS", configuration)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    socket = configuration / str(os.getuid()) / "docker.sock"
    socket.parent.mkdir()
    socket.touch()
    assert find_address().url == f"unix://{socket}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2.26.1-4", (2, 26, 1)),
        ("v2.40.3\n", (2, 40, 3)),
        ("1.29.2", (1, 29, 2)),
        ("20.10.24+dfsg1", (20, 10, 24)),
        ("2.0.0-rc.1", (2, 0, 0)),
        ("dev", ()),
        ("", ()),
    ],
)
def test_versions_are_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert version_of(text) == numbers


def test_versions_are_compared_as_numbers() -> None:
    assert is_new_enough("1.41")
    assert is_new_enough("1.100")
    assert is_new_enough("2.0")
    assert not is_new_enough("1.40")
    assert not is_new_enough("1.5")
    assert not is_new_enough("")


def test_routes_are_read_from_the_table_of_the_kernel(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
        "tun0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
    )
    assert read_routes(table) == ("172.17.0.0/16", "192.168.1.0/24")
    assert read_routes(tmp_path / "none") == ()
