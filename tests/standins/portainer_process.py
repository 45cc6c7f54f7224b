"""The stand-in for Portainer as a program, for a machine that no test is on; it ends with stdin.

`python -m tests.standins.portainer_process FOLDER PORT`: what it knows lies in a file there.
"""

import http.client
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.standins.portainer import Portainer
from tests.standins.server import Asked, StandIn, Told

STATE = "portainer.json"
DEADLINE = 120.0


class DockerEngine:
    """The engine at a socket, through Docker's own command, as Portainer uses it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def swarm(self) -> Any:
        connection = http.client.HTTPConnection("engine", timeout=DEADLINE)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self._path)
        connection.request("GET", "/swarm")
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == http.HTTPStatus.OK else None

    def namespaces(self) -> set[str]:
        return set(self._run("stack", "ls", "--format={{.Name}}").stdout.split())

    def deploy(self, name: str, text: str, *, prune: bool, pull: bool) -> str:
        words = ["stack", "deploy", *(["--prune"] if prune else []), "--with-registry-auth"]
        words += [] if pull else ["--resolve-image=never"]
        done = self._run(*words, "--compose-file=-", name, stdin=text)
        return done.stderr if done.returncode else ""

    def remove(self, name: str) -> str:
        done = self._run("stack", "rm", name)
        return done.stderr if done.returncode else ""

    def _run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = ("docker", f"--host=unix://{self._path}", *words)
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, timeout=DEADLINE
        )


def main(folder: Path, port: int, engine: str) -> None:
    """Answer until stdin ends."""
    state = folder / STATE
    known = json.loads(state.read_text()) if state.exists() else {"stacks": [], "files": []}
    portainer = Portainer(
        DockerEngine(engine),
        stacks={row["Id"]: row for row in known["stacks"]},
        files=dict(known["files"]),
    )
    refused: list[object] = []

    def answer(asked: Asked) -> Told:
        told = portainer.answer(asked)
        if told.status >= 400:
            refused.append([told.status, told.body])
        rows = {"stacks": [*portainer.stacks.values()], "files": [*portainer.files.items()]}
        state.write_text(json.dumps({**rows, "refused": refused}))
        return told

    with StandIn(answer, port=port) as there:
        sys.stdout.write(f"{there.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
