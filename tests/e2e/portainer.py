"""The stand-in for Portainer, on the machine of a second engine, and what it knows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.stack import Stack
from tests.engine.engine import run
from tests.standins.portainer import KEY
from tests.standins.portainer_process import STATE

ROOT = Path(__file__).parents[2]
PUT = """
import json, sys, urllib.request
body = json.dumps({"StackFileContent": sys.stdin.read(), "Env": [], "Prune": True}).encode()
headers = {"X-API-Key": sys.argv[2], "Content-Type": "application/json"}
request = urllib.request.Request(sys.argv[1], data=body, headers=headers, method="PUT")
urllib.request.urlopen(request, timeout=120).close()
"""


class Beside:
    """A Portainer that manages the engine of `stack`, and is there between `with` and its end."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._folder = stack.site.user
        self.port = stack.site.port + 1000
        self.url = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        socket = str(self._folder.parent / "socket")
        program = (sys.executable, "-m", "tests.standins.portainer_process")
        command = (*self._within, *program, str(self._folder), str(self.port), socket)
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == self.url
            yield

    @property
    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._folder / STATE).read_text())
        return found

    @property
    def text(self) -> str:
        """The file of its only stack."""
        ((_number, text),) = self.known["files"]
        return str(text)

    def edit(self, text: str) -> None:
        """Give its only stack another file, as somebody does in a browser."""
        (stack,) = self.known["stacks"]
        url = f"{self.url}/api/stacks/{stack['Id']}?endpointId={stack['EndpointId']}"
        run(*self._within, sys.executable, "-c", PUT, url, KEY, stdin=text)

    @property
    def _within(self) -> tuple[str, ...]:
        return (*self._stack.site.within, f"PYTHONPATH={ROOT}")
