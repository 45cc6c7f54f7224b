"""A glance at the container engine without Docker's SDK, whose import takes longer than that."""

import json
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode


def has_labelled(path: Path, label: str, seconds: float) -> bool:
    """Return whether the engine at the socket `path` has containers or volumes with the label.

    True as well where it does not say: then whoever asks has to look properly.
    https://docs.docker.com/reference/api/engine/
    """
    filters = json.dumps({"label": [label]})
    try:
        containers = _asked(path, "/containers/json", {"all": "1", "filters": filters}, seconds)
        volumes = _asked(path, "/volumes", {"filters": filters}, seconds)
    except (OSError, HTTPException, ValueError):
        return True
    named = volumes.get("Volumes") if isinstance(volumes, dict) else True
    return bool(containers) or bool(named)


def _asked(path: Path, what: str, query: dict[str, str], seconds: float) -> object:
    connection = _SocketConnection(path, seconds)
    try:
        connection.request("GET", f"{what}?{urlencode(query)}")
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        answer: object = json.loads(content)
        return answer
    finally:
        connection.close()


class _SocketConnection(HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
