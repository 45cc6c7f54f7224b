"""The real program with containers on the real engine: a place, and what it made there."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from tests.e2e.program import Codes, Done, Site
from tests.engine.engine import images_here, inspected, labelled, remove
from tests.engine.engine import run as engine

LABEL = "org.mosaicstack.project"
SERVICE = "org.mosaicstack.service"


@dataclass(frozen=True)
class Stack:
    """A place for one installation with containers."""

    site: Site

    @cached_property
    def project(self) -> str:
        return f"mosaic-{sha256(str(self.site.home).encode()).hexdigest()[:8]}"

    def run(self, *words: str, code: Codes = 0, **changes: Any) -> Done:
        return self.site.run(*words, code=code, **changes)

    def install(self, *words: str, code: Codes = 0, **changes: Any) -> Done:
        """Install tier standalone, unless `changes` say otherwise.

        Where the gateway is a process, its servers are published on ports of this place alone.
        """
        variables: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}
        if changes.get("MOSAIC_GATEWAY_RUNTIME") == "process":
            variables["MOSAIC_POSTGRES_PORT"] = str(self.site.port - 10_000)
            variables["MOSAIC_VALKEY_PORT"] = str(self.site.port - 5_000)
        variables |= changes
        return self.site.install(*words, code=code, **variables)

    def container(self, service: str) -> str:
        """Return the id of a service's container; fails when there is not exactly one."""
        (found,) = labelled(self._label, f"{SERVICE}={service}")["container"]
        return found

    def inspect(self, service: str) -> dict[str, Any]:
        return inspected(self.container(service))

    def services(self) -> set[str]:
        """Return every service that has a container, running or not."""
        rows = map(inspected, self.made()["containers"])
        return {row["Config"]["Labels"][SERVICE] for row in rows}

    def psql(self, sentence: str) -> str:
        """Ask the database, as its superuser, inside its container."""
        command = ("psql", "--username=mosaic", "--dbname=mosaic", "-At", "-c", sentence)
        return self.exec("postgres", *command).strip()

    def exec(self, service: str, *command: str) -> str:
        return engine("docker", "exec", self.container(service), *command).stdout

    def made(self) -> dict[str, list[str]]:
        """Return everything of this installation that is on the engine, by kind."""
        found = {f"{kind}s": ids for kind, ids in labelled(self._label).items()}
        return found | {"images": self._images()}

    def clear(self) -> None:
        remove(labelled(self._label))
        if images := self._images():
            engine("docker", "image", "rm", "--force", *images)

    def _images(self) -> list[str]:
        suffix = self.project.removeprefix("mosaic-")
        return [name for name in images_here() if name.endswith(f"-{suffix}")]

    @property
    def _label(self) -> str:
        return f"{LABEL}={self.project}"
