"""A real registry on loopback, and stand-ins for one that refuses."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.engine.engine import Engine, run
from tests.ports import reserve_port

PROGRAM = "docker-registry"
CONFIGURATION = """
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: {folder}}}
http: {{addr: 127.0.0.1:{port}}}
"""
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DEADLINE = 90.0


def is_here() -> bool:
    return shutil.which(PROGRAM) is not None


@dataclass
class Registry:
    """Where it listens, and the names of images that were made for it."""

    port: int
    pushed: list[str] = field(default_factory=list)

    def name(self, image: str) -> str:
        return f"127.0.0.1:{self.port}/mosaic-test/{image}"

    def push(self, engine: Engine, image: str, content: Path) -> str:
        """Push an image of that content; the engine has it no more afterwards."""
        name = self.name(image)
        tar = content.with_suffix(".tar")
        run("tar", "--create", f"--file={tar}", f"--directory={content.parent}", content.name)
        run("docker", "import", f"--change=LABEL {engine.label}", str(tar), name)
        self.pushed.append(name)
        try:
            run("docker", "push", "--quiet", name)
        finally:
            run("docker", "image", "rm", "--force", name)
        return name

    def push_larger(self, engine: Engine, image: str, like: str, content: Path) -> str:
        """Push an image as `like`, and larger by that content, which nobody has; return its name.

        The name is without address: that of whatever the registry is reached by stands before it.
        """
        name = self.name(image)
        (content.parent / "Dockerfile").write_text(f"FROM {like}\nCOPY {content.name} /larger\n")
        label = f"--label={engine.label}"
        run("docker", "build", "--quiet", label, f"--tag={name}", str(content.parent))
        self.pushed.append(name)
        try:
            run("docker", "push", "--quiet", name)
        finally:
            run("docker", "image", "rm", "--force", name)
        return name.partition("/")[2]

    def add_foreign(self, image: str, like: str) -> str:
        """Add a list of one image, for an architecture that nobody here has."""
        path = "/v2/mosaic-test/{}/manifests/{}"
        name, tag = like.rpartition("/")[2].split(":")
        digest, size = self._manifest(path.format(name, tag))
        platform = {"architecture": "s390x", "os": "linux"}
        listed = {"mediaType": MANIFEST, "size": size, "digest": digest, "platform": platform}
        document = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": [listed]}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(
                "PUT",
                path.format(name, image),
                json.dumps(document),
                {"Content-Type": MANIFEST_LIST},
            )
            assert connection.getresponse().status == 201
        return self.name(f"{name}:{image}")

    def _manifest(self, path: str) -> tuple[str, int]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers={"Accept": MANIFEST})
            answer = connection.getresponse()
            return str(answer.getheader("Docker-Content-Digest")), len(answer.read())


@contextmanager
def running_registry(folder: Path) -> Iterator[Registry]:
    with ExitStack() as reserved:
        port = reserve_port(reserved)
        file = folder / "registry.yml"
        file.write_text(CONFIGURATION.format(folder=folder / "registry", port=port))
        process = subprocess.Popen([PROGRAM, "serve", str(file)])
        registry = Registry(port)
        try:
            _wait_for(port, process)
            yield registry
        finally:
            process.terminate()
            process.wait(timeout=10)
            for name in registry.pushed:
                run("docker", "image", "rm", "--force", name, code=None)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
                connection.request("GET", "/v2/")
                connection.getresponse().read()
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the registry does not listen")


class StandInForDockerHub(BaseHTTPRequestHandler):
    """Answers as Docker Hub does whoever pulled too much."""

    def do_GET(self) -> None:
        is_manifest = "/manifests/" in self.path
        words = "You have reached your unauthenticated pull rate limit."
        refusal: Any = {"errors": [{"code": "TOOMANYREQUESTS", "message": words}]}
        body = json.dumps(refusal if is_manifest else {}).encode()
        self.send_response(429 if is_manifest else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def stand_in_for_docker_hub() -> Iterator[int]:
    """Gives the port of one."""
    with ThreadingHTTPServer(("127.0.0.1", 0), StandInForDockerHub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
