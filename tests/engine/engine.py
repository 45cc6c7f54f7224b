"""The container engine as tests use it: whatever they make carries a label of their own."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from docker import APIClient
from docker.errors import NotFound
from docker.utils import kwargs_from_env

IMAGES = Path(__file__).parent / "images"
DEADLINE = 180.0
BASE_IMAGE = "python:3.13-slim"
"""What the gateway's image is built on."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command left: its exit code and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        return self.stdout + self.stderr


def run(
    *command: str,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    code: int | None = 0,
) -> Done:
    """Runs a program and expects that exit code; None expects nothing."""
    finished = subprocess.run(
        command,
        input=stdin,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    done = Done(code=finished.returncode, stdout=finished.stdout, stderr=finished.stderr)
    assert code in {None, done.code}, f"{' '.join(command)} exited {done.code}\n{done.said}"
    return done


def pause(container: str) -> None:
    """Pause a container, and again until it holds.

    runc looks a thousand times whether all processes stand still. On a busy machine that is not
    enough: it lets them go on then, and says so (`fs/freezer.go` of opencontainers/cgroups).
    """
    while "unable to freeze" in (done := run("docker", "pause", container, code=None)).stderr:
        continue
    assert done.code == 0, done.stderr


def eventually(is_true: Callable[[], bool], sentence: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not is_true():
        assert time.monotonic() < deadline, f"it did not come true that {sentence}"
        time.sleep(0.1)


def image_names() -> list[str]:
    """Return the names of all images that scripts/test-engine loads."""
    return [name for file in sorted(IMAGES.glob("*/names")) for name in file.read_text().split()]


def missing() -> str:
    """Say what of the engine, Compose and the images is not here; nothing when all is."""
    if not shutil.which("docker") or run("docker", "version", code=None).code:
        return "a container engine"
    if run("docker", "compose", "version", code=None).code:
        return "Compose v2"
    if not shutil.which("docker-compose"):
        return "Compose v1"
    found = run("docker", "image", "ls", "--format={{.Repository}}:{{.Tag}}").stdout.split()
    absent = set(image_names()) - {name.removesuffix(":latest") for name in found}
    return f"the image {' and '.join(sorted(absent))}" if absent else ""


def labelled(*labels: str) -> dict[str, list[str]]:
    """Return the ids of what carries all of the labels, by kind.

    Over the socket: the command takes ten times as long, and every test asks this.
    """
    filters = {"label": list(labels)}
    with closing(APIClient(**kwargs_from_env())) as api:
        return {
            "container": sorted(row["Id"] for row in api.containers(all=True, filters=filters)),
            "network": sorted(row["Id"] for row in api.networks(filters=filters)),
            "volume": sorted(row["Name"] for row in api.volumes(filters=filters)["Volumes"] or ()),
        }


def images_here() -> list[str]:
    """Return the names of all images on the engine, with their tags."""
    with closing(APIClient(**kwargs_from_env())) as api:
        return sorted(name for row in api.images() for name in row["RepoTags"] or ())


def inspected(container: str) -> dict[str, Any]:
    """Return what the engine knows of a container, given its name or its id."""
    with closing(APIClient(**kwargs_from_env())) as api:
        found: dict[str, Any] = api.inspect_container(container)
        return found


def remove(found: Mapping[str, Sequence[str]]) -> None:
    """Remove what `labelled` returned; containers go first, with their unnamed volumes."""
    if found["container"]:
        # The command removes them side by side.
        run("docker", "rm", "--force", "--volumes", *found["container"])
    with closing(APIClient(**kwargs_from_env())) as api:
        for network in found["network"]:
            api.remove_network(network)
        for volume in found["volume"]:
            with suppress(NotFound):
                api.remove_volume(volume, force=True)


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container that a test runs."""

    name: str

    def exec(self, *command: str, stdin: str = "", code: int | None = 0) -> Done:
        return run("docker", "exec", "-i", self.name, *command, stdin=stdin, code=code)

    def inspect(self) -> dict[str, Any]:
        return inspected(self.name)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.inspect()["State"]
        return state

    def logs(self) -> str:
        return run("docker", "logs", self.name).said

    def stop(self) -> int:
        """Stop it as its image says; return its exit code."""
        run("docker", "stop", self.name)
        return int(self.state()["ExitCode"])

    def remove(self) -> None:
        run("docker", "rm", "--force", "--volumes", self.name)

    def wait_for_exit(self) -> int:
        eventually(lambda: not self.state()["Running"], "the container ended")
        return int(self.state()["ExitCode"])

    def wait_until_healthy(self) -> None:
        def is_settled() -> bool:
            state = self.state()
            return not state["Running"] or state["Health"]["Status"] == "healthy"

        eventually(is_settled, f"{self.name} is healthy")
        assert self.state()["Running"], f"the container ended:\n{self.logs()}"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The engine, for one test."""

    label: str = field(default_factory=lambda: f"mosaic.test={secrets.token_hex(6)}")

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Removes everything with the test's label in the end."""
        engine = cls()
        try:
            yield engine
        finally:
            engine.clear()

    def run(
        self,
        image: str,
        *command: str,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        health: str = "",
    ) -> Container:
        """Start a container; `health` is the command of its health check."""
        name = f"mosaic-test-{secrets.token_hex(6)}"
        words = [f"--env={key}={value}" for key, value in (environment or {}).items()]
        if health:
            words += [f"--health-cmd={health}", "--health-interval=1s", "--health-timeout=5s"]
        run(
            *("docker", "run", "--detach", f"--name={name}", f"--label={self.label}"),
            *(*words, *options, image, *command),
        )
        return Container(name=name)

    def host_address(self, image: str) -> str:
        """Return this host's address on the default bridge, where a container of `image` is.

        The network itself tells it only if its bridge was there before the engine was started.
        """
        container = self.run(image)
        address: str = container.inspect()["NetworkSettings"]["Gateway"]
        container.remove()
        return address

    def volume(self) -> str:
        return run("docker", "volume", "create", f"--label={self.label}").stdout.strip()

    def network(self) -> str:
        name = f"mosaic-test-{secrets.token_hex(6)}"
        run("docker", "network", "create", f"--label={self.label}", name)
        return name

    def made(self) -> dict[str, list[str]]:
        """Return what carries the label: the ids by kind."""
        return labelled(self.label)

    def clear(self) -> None:
        """Remove what carries the label.

        Images go by their ids: one whose name went to a newer one is kept by its digest.
        """
        remove(self.made())
        listed = run("docker", "image", "ls", "--quiet", f"--filter=label={self.label}").stdout
        if listed:
            run("docker", "image", "rm", "--force", *set(listed.split()))
