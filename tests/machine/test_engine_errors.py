"""What engines and registries say, and what that means to whoever runs us."""

import errno
from pathlib import Path

import docker.errors
import pytest
import requests
import urllib3

from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.errors import explained, refused, says_disk_is_full

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", "engine-disk-full"),
        (
            (
                "toomanyrequests: You have reached your unauthenticated pull rate limit. "
                "https://www.docker.com/increase-rate-limit"
            ),
            "registry-rate-limit",
        ),
        (
            "manifest for valkey/valkey:none not found: manifest unknown: manifest unknown",
            "image-missing",
        ),
        (
            (
                "pull access denied for no/such, repository does not exist or may require "
                "'docker login': denied: requested access to the resource is denied"
            ),
            "image-missing",
        ),
        (
            "no matching manifest for linux/arm64/v8 in the manifest list entries",
            "image-architecture",
        ),
        ("image operating system: no match for platform in manifest", "image-architecture"),
        (
            (
                'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: '
                "no such host"
            ),
            "registry-unreachable",
        ),
        (
            'Get "https://registry-1.docker.io/v2/": x509: certificate signed by unknown authority',
            "registry-unreachable",
        ),
        ('Get "https://registry-1.docker.io/v2/": EOF', "registry-unreachable"),
        (
            "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
            "registry-unreachable",
        ),
        (
            (
                'error during connect: Post "http://%2Frun%2Fdocker.sock/v1.41/volumes/create": '
                "read unix @->/run/docker.sock: read: connection reset by peer"
            ),
            "engine-unreachable",
        ),
        (
            (
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
                "daemon running?"
            ),
            "engine-unreachable",
        ),
        (
            "Couldn't connect to Docker daemon at http+docker://localhost - is it running?",
            "engine-unreachable",
        ),
        (
            (
                "driver failed programming external connectivity: Bind for 127.0.0.1:5433 failed: "
                "port is already allocated"
            ),
            "port-in-use",
        ),
        ("something that nobody has seen", "engine-failed"),
    ],
)
def test_words_of_an_engine_are_understood_and_quoted(words: str, identifier: str) -> None:
    error = refused(words, "image `x`")
    assert (error.identifier, error.exit_code) == (identifier, 5)
    assert error.message.startswith("image `x`: ")
    assert words[:200] in error.message
    assert error.hint


def test_a_full_disk_is_told_from_full_memory() -> None:
    said = 'could not write to file "pg_wal/xlogtemp.33": No space left on device'
    assert says_disk_is_full(f"2026-01-02 03:04:05.678 UTC [33] FATAL:  {said}")
    said = 'could not resize shared memory segment "/PostgreSQL.1": No space left on device'
    assert not says_disk_is_full(said)


def test_passwords_in_quoted_addresses_are_left_out() -> None:
    message = refused('Get "https://ada:s3cret@registry.example/v2/": EOF').message
    assert "s3cret" not in message
    assert "registry.example" in message


@pytest.mark.parametrize(
    ("error", "identifier"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "engine-forbidden"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "engine-unreachable"),
        (TimeoutError("timed out"), "engine-unreachable"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset"), "engine-unreachable"),
    ],
)
def test_causes_are_found_below_the_layers(error: OSError, identifier: str) -> None:
    protocol = urllib3.exceptions.ProtocolError("Connection aborted.", error)
    layer = docker.errors.DockerException("Error while fetching server API version")
    layer.__cause__ = requests.ConnectionError(protocol)
    with pytest.raises(EngineError) as raised, explained():
        raise layer
    assert raised.value.identifier == identifier


def test_a_manager_that_has_just_lost_the_others_says_so_and_a_slow_registry_does_not() -> None:
    lost = "rpc error: code = DeadlineExceeded desc = context deadline exceeded"
    assert refused(lost).identifier == "no-quorum"
    slow = 'Get "https://registry.example/v2/": context deadline exceeded (Client.Timeout exceeded)'
    assert refused(slow).identifier == "registry-unreachable"


def test_an_engine_that_is_silent_may_be_busy() -> None:
    with pytest.raises(EngineError, match="does not answer in time") as raised, explained():
        raise TimeoutError("timed out")
    assert "in a minute" in raised.value.hint


def test_whoever_is_kept_out_is_told_the_command() -> None:
    with pytest.raises(EngineError) as raised, explained():
        raise PermissionError(errno.EACCES, "Permission denied")
    assert "group `docker`" in raised.value.message
    assert "sudo usermod -aG docker " in raised.value.hint


@pytest.mark.parametrize(
    ("installed", "identifier", "words"),
    [
        ("", "engine-missing", "there is no container engine"),
        ("dockerd", "engine-unreachable", "it is installed, and not running"),
        ("podman", "engine-unreachable", "Podman is installed, and its socket is not there"),
    ],
)
def test_whoever_has_an_engine_without_its_socket_is_told_which(
    installed: str, identifier: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if installed:
        (tmp_path / installed).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError) as raised, explained():
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert raised.value.identifier == identifier
    assert words in raised.value.message
    assert ("enable --now podman.socket" in raised.value.hint) == bool(installed)


def test_errors_of_ours_pass() -> None:
    with pytest.raises(InstallerError, match="ours"), explained():
        raise InstallerError("ours")


def test_bugs_pass() -> None:
    with pytest.raises(ZeroDivisionError), explained():
        _ = 1 / 0
