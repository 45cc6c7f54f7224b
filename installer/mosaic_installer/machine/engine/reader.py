"""Read what the container engine has. Nothing is changed through this door.

An engine on a socket of this host is asked over HTTP as it is: importing Docker's SDK takes longer
than all answers together. The SDK reaches the others. https://docs.docker.com/reference/api/engine/
"""

import json
import socket
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

from mosaic_installer.errors import EngineError
from mosaic_installer.machine import wire
from mosaic_installer.machine.engine import questions
from mosaic_installer.machine.engine.address import EngineAddress, find_address
from mosaic_installer.machine.engine.errors import explained, refused

Document = Mapping[str, Any]
Documents = Sequence[Document]
Reply = tuple[int, bytes]
"""A status, and the content."""
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
        return self._object(questions.VERSION)

    def info(self) -> Document:
        return self._object(questions.INFO)

    def containers(self, label: str = "") -> Documents:
        """Return all containers that carry the label, those that do not run as well."""
        return self._list(questions.containers(label))

    def volumes(self, label: str = "") -> Documents:
        return self._object(questions.volumes(label)).get("Volumes") or ()

    def networks(self, label: str = "") -> Documents:
        return self._list(questions.networks(label))

    def services(self, label: str = "") -> Documents:
        """Return the services of the Swarm that this engine manages."""
        return self._list(questions.services(label))

    def tasks(self, service: str = "") -> Documents:
        """Return the tasks of all services, or of one, those that have ended as well."""
        return self._list(questions.tasks(service))

    def nodes(self) -> Documents:
        # One that is joining just now is listed before it has told its name, or anything else.
        rows = self._list(questions.NODES)
        return [row for row in rows if (row.get("Description") or {}).get("Hostname")]

    def secrets(self, label: str) -> Documents:
        return self._list(questions.secrets(label))

    def configs(self, label: str) -> Documents:
        return self._list(questions.configs(label))

    def container(self, name: str) -> Document | None:
        """Return all that is known of a container, None when there is no such."""
        return self._described(questions.container(name))

    def image(self, name: str) -> Document | None:
        """Return all that is known of an image, None when there is no such."""
        return self._described(questions.image(name))

    def _described(self, target: str) -> Document | None:
        found: Document | None = self._read(target, dict, NONE)
        return found

    def _object(self, target: str) -> Document:
        found: Document = self._read(target, dict)
        return found

    def _list(self, target: str) -> Documents:
        found: Documents = self._read(target, list)
        return found

    def _read(self, target: str, kind: type, none: Collection[int] = ()) -> Any:
        """Return the document of an answer; None where its status is one of `none`."""
        status, content = self._answer(target)
        return None if status in none else _read(status, content, kind)

    def _answer(self, target: str) -> Reply:
        with closing(self._begin(target)) as begun:
            return begun.reply()

    def _begin(self, target: str) -> "Begun":
        """Send a question; others can be sent before its answer is read."""
        with explained():
            self._address = address = self._address or find_address()
            if address.url.startswith(SOCKET):
                return _OverSocket(address.url.removeprefix(SOCKET), target, self._timeout)
            return _OverSdk(address, target, self._timeout)


class Begun(Protocol):
    """A question that was sent."""

    def reply(self) -> Reply:
        """Return what came back; raises EngineError."""

    def close(self) -> None: ...


class _OverSocket:
    """One that was sent over a socket of this host; the engine answers while we do other things."""

    def __init__(self, path: str, target: str, timeout: float) -> None:
        self._timeout = timeout
        self._connection = socket.socket(socket.AF_UNIX)
        request = wire.Request(method="GET", target=target, headers={"Host": "localhost"})
        try:
            self._connection.settimeout(timeout)
            self._connection.connect(path)
            wire.send(self._connection, request, until=time.monotonic() + timeout)
        except OSError:
            self.close()
            raise

    def reply(self) -> Reply:
        with explained():
            until = time.monotonic() + self._timeout
            answer = wire.await_answer(self._connection, until=until).whole(LARGEST)
        return answer.status, answer.content

    def close(self) -> None:
        self._connection.close()


class _OverSdk:
    """One that a thread asks through Docker's SDK."""

    def __init__(self, address: EngineAddress, target: str, timeout: float) -> None:
        from mosaic_installer.machine.asked import Asked

        # The SDK connects before, and counts silence alone.
        self._seconds = timeout * 4
        self._asked = Asked(lambda: _over_sdk(address, target, timeout))

    def reply(self) -> Reply:
        with explained():
            found = self._asked.answer(time.monotonic() + self._seconds)
            if found is None:
                raise TimeoutError("timed out")
            return found

    def close(self) -> None:
        """Nothing to let go of: the thread ends with its answer."""


def _over_sdk(address: EngineAddress, target: str, timeout: float) -> Reply:
    from mosaic_installer.machine.engine.connection import connect

    with closing(connect(address, timeout)) as client:
        response = client.api.get(f"{client.api.base_url}{target}", timeout=timeout)
        return response.status_code, response.content


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
