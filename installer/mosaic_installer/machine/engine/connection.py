"""A connection to the container engine. Docker's SDK is imported when one is asked for."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from mosaic_installer.core.containers.version import version_of
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import EngineAddress, find_address
from mosaic_installer.machine.engine.errors import explained

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.tls import TLSConfig

OLDEST_API = (1, 41)  # Docker 20.10, Podman 4
OLDEST_NAMES = "Docker 20.10 or Podman 4"
TIMEOUT = 60.0
KNOCK = 10.0
"""The longest silence after a question that costs an engine nothing, in seconds."""


def find_engine(timeout: float = TIMEOUT) -> "DockerClient":
    """Return a connection to the engine that Docker's own command would use; close it in the end.

    `timeout` is the longest silence of the engine, in seconds. Raises EngineError when there is
    none, or it does not answer, or not to us, or is too old.
    """
    client = connect(find_address(), timeout)
    api_version = str(client.api.api_version)
    if not is_new_enough(api_version):
        client.close()
        raise EngineError(
            f"the container engine speaks version {api_version} of Docker's API, too old a one",
            f"update it to {OLDEST_NAMES}, or later",
            identifier="engine-too-old",
        )
    return client


def check_that_it_answers() -> None:
    """Raise EngineError where the engine does not, or not any more."""
    with explained(), closing(find_engine(KNOCK)) as client:
        client.ping()


@contextmanager
def opened_engine(timeout: float = TIMEOUT) -> Iterator["DockerClient"]:
    """Give that connection, and close it in the end; every error of it becomes an EngineError."""
    with explained(), closing(find_engine(timeout)) as client:
        yield client


def connect(address: EngineAddress, timeout: float) -> "DockerClient":
    """Return a connection to the engine at that address, however old it is."""
    with explained():
        patience = min(timeout, KNOCK)
        _reach(address.url, patience)
        return _client(address, timeout, _api_version(address, patience))


@cache
def _api_version(address: EngineAddress, timeout: float) -> str:
    """Return the version that the SDK and this engine agree on; asked once in a run."""
    with closing(_client(address, timeout, "auto")) as client:
        return str(client.api.api_version)


def _client(address: EngineAddress, timeout: float, version: str) -> "DockerClient":
    import docker

    return docker.DockerClient(
        base_url=address.url,
        version=version,
        timeout=int(timeout),
        tls=_tls(address),
        use_ssh_client=address.url.startswith("ssh://"),
    )


def is_new_enough(api_version: str) -> bool:
    """Return whether an engine with this version of the API can do all that we ask."""
    return version_of(api_version) >= OLDEST_API


def _reach(url: str, timeout: float) -> None:
    """Knock at a socket: the system says what is wrong at once, and without the SDK."""
    if url.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(timeout)
            knock.connect(url.removeprefix("unix://"))


def _tls(address: EngineAddress) -> "TLSConfig | bool":
    from docker.tls import TLSConfig

    if address.certificates is None or address.url.startswith("unix://"):
        return False
    folder = address.certificates
    pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
    return TLSConfig(
        client_cert=pair if (folder / "cert.pem").exists() else None,
        ca_cert=str(folder / "ca.pem") if (folder / "ca.pem").exists() else None,
        verify=address.verifies,
    )
