"""Read what the container engine has. Nothing is changed through this door.

An engine on a socket of this host is asked over HTTP as it is: importing Docker's SDK takes longer
than all answers together. The SDK reaches the others. https://docs.docker.com/reference/api/engine/
"""

import json
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

from mosaic_installer.errors import EngineError
from mosaic_installer.machine import wire
from mosaic_installer.machine.engine.address import EngineAddress, find_address
from mosaic_installer.machine.engine.errors import explained, refused

Document = Mapping[str, Any]
Documents = Sequence[Document]
LARGEST = 8 * 1024 * 1024
TIMEOUT = 15.0  # a question costs an engine little, however busy the machine is
SOCKET = "unix://"
NONE = {400, 404}
"""The answers about something that is not there, or whose name cannot be one."""


class Reader:
    """The engine at `address`, or the one that Docker's own command would use.

    `timeout` is the longest that an answer takes as a whole, in seconds. Every method raises
    EngineError when the engine does not answer, not to us, or not in its own language.
    """

    def __init__(self, address: EngineAddress | None = None, timeout: float = TIMEOUT) -> None:
        self._address = address
        self._timeout = timeout

    def version(self) -> Document:
        return self._object("/version")

    def info(self) -> Document:
        return self._object("/info")

    def containers(self, label: str = "") -> Documents:
        """Return all containers that carry the label, those that do not run as well."""
        return self._list("/containers/json", all="1", **_having(label))

    def volumes(self, label: str = "") -> Documents:
        return self._object("/volumes", **_having(label)).get("Volumes") or ()

    def networks(self, label: str = "") -> Documents:
        return self._list("/networks", **_having(label))

    def services(self, label: str = "") -> Documents:
        """Return the services of the Swarm that this engine manages."""
        return self._list("/services", **_having(label))

    def tasks(self, service: str = "") -> Documents:
        """Return the tasks of all services, or of one, those that have ended as well."""
        wanted = {"filters": json.dumps({"service": [service]})} if service else {}
        return self._list("/tasks", **wanted)

    def nodes(self) -> Documents:
        return self._list("/nodes")

    def secrets(self, label: str) -> Documents:
        return self._list("/secrets", **_having(label))

    def configs(self, label: str) -> Documents:
        return self._list("/configs", **_having(label))

    def container(self, name: str) -> Document | None:
        """Return all that is known of a container, None when there is no such."""
        return self._described("containers", name)

    def image(self, name: str) -> Document | None:
        """Return all that is known of an image, None when there is no such."""
        return self._described("images", name)

    def _described(self, kind: str, name: str) -> Document | None:
        status, content = self._answer(f"/{kind}/{quote(name, safe='/:@')}/json")
        return None if status in NONE else _read(status, content, dict)

    def _object(self, path: str, **query: str) -> Document:
        found: Document = _read(*self._answer(path, **query), dict)
        return found

    def _list(self, path: str, **query: str) -> Documents:
        found: Documents = _read(*self._answer(path, **query), list)
        return found

    def _answer(self, path: str, **query: str) -> tuple[int, bytes]:
        target = f"{path}?{urlencode(query)}" if query else path
        with explained():
            address = self._address or find_address()
            if address.url.startswith(SOCKET):
                return _over_socket(address.url.removeprefix(SOCKET), target, self._timeout)
            return _over_sdk(address, target, self._timeout)


def _having(label: str) -> dict[str, str]:
    return {"filters": json.dumps({"label": [label]})} if label else {}


def _read(status: int, content: bytes, kind: type) -> Any:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if status == 200 and isinstance(document, kind):
        return document
    message = document.get("message") if isinstance(document, dict) else None
    if status == 200 or message is None:
        raise EngineError(
            f"what answers there (status {status}) does not speak Docker's API",
            "look at DOCKER_HOST and at `docker context ls`: do they name a container engine?",
            identifier="engine-unreachable",
        )
    raise refused(str(message))


def _over_socket(path: str, target: str, timeout: float) -> tuple[int, bytes]:
    with socket.socket(socket.AF_UNIX) as connection:
        until = time.monotonic() + timeout
        connection.settimeout(timeout)
        connection.connect(path)
        request = wire.Request(method="GET", target=target, headers={"Host": "localhost"})
        answer = wire.ask(connection, request, until=until, largest=LARGEST)
    return answer.status, answer.content


def _over_sdk(address: EngineAddress, target: str, timeout: float) -> tuple[int, bytes]:
    from mosaic_installer.machine.engine.connection import connect

    with closing(connect(address, timeout)) as client:
        response = client.api.get(f"{client.api.base_url}{target}", timeout=timeout)
        return response.status_code, response.content
