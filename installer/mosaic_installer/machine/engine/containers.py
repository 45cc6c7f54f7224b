"""`Containers`: what compose makes for one installation, found again by its labels alone."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine.containers import FoundContainer, State
from mosaic_installer.core.machine.files import Files
from mosaic_installer.errors import InstallerError, ServerUnhealthy
from mosaic_installer.machine.engine.compose import Compose
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import (
    RUNNING,
    container_of,
    fingerprint_of,
    fingerprints_in,
    grace_of,
    has_run,
    labels_of,
    last_health_check,
    state_of,
    volumes_of,
    worst_of,
)
from mosaic_installer.machine.engine.errors import refused, says_disk_is_full
from mosaic_installer.machine.engine.ours import Ours, Rows
from mosaic_installer.machine.engine.reader import Document, Reader

if TYPE_CHECKING:
    import docker

SHOWN_LINES = 15
LONGEST_TAIL = 10_000


class LocalContainers:
    """The containers of `stack` on the engine that this user's `docker` talks to."""

    def __init__(self, stack: Stack, files: Files, tell: Callable[[str], None]) -> None:
        self._stack = stack
        self._files = files
        self._ours = Ours(stack)
        self._compose = Compose(stack, files)
        self._tell = tell

    def found(self) -> tuple[FoundContainer, ...]:
        found = self.inspected()
        return tuple(container_of(service, row) for service in found for row in found[service])

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        found = self.inspected()
        for service, fingerprint in fingerprints.items():
            rows = found.get(service, ())
            is_healthy = rows and state_of(worst_of(rows)) == "healthy"
            if not is_healthy or {fingerprint_of(row) for row in rows} != {fingerprint}:
                return False
        return self._compose.has_noted(fingerprints_in(found))

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self._refuse_as_copy()
        self._end_what_hangs(fingerprints)
        self._remove_what_never_ran(fingerprints)
        noted = {**fingerprints_in(self.inspected()), **fingerprints}
        self._compose.note_fingerprints(noted)
        self._compose.run("up", "--detach", "--no-build", "--remove-orphans", *fingerprints)

    def wait(self, services: Sequence[str], deadline: float) -> None:
        end = time.monotonic() + deadline
        with opened_engine() as client:
            # An engine that is started anew ends what it says before the time is over.
            while (left := end - time.monotonic()) > 0:
                if self._become_healthy(client, services, left):
                    return
        raise self._too_slow(services, deadline)

    def _become_healthy(
        self, client: "docker.DockerClient", services: Sequence[str], seconds: float
    ) -> bool:
        """Follow the engine's events for `seconds` at most; return whether all became healthy."""
        # Subscribed first, then looked: nothing that happens in between is missed.
        events = client.api.events(
            filters={"type": "container", "label": self._ours.label}, decode=True
        )
        timer = threading.Timer(seconds, events.close)
        timer.start()
        try:
            if self._are_healthy(services):
                return True
            return any(self._are_healthy(services) for _event in events)
        finally:
            timer.cancel()
            events.close()
            # The stream's own close leaves it open.
            events._response.close()  # type: ignore[attr-defined]  # noqa: SLF001 - not in the stubs

    def stop(self, *services: str) -> None:
        self._unpause(services)
        with opened_engine() as client:
            for row in self._rows(services):
                client.api.stop(row["Id"], timeout=grace_of(row))

    def _end_what_hangs(self, services: Iterable[str]) -> None:
        """Stop what hangs or crashes: it starts anew, and its crashes are counted from nothing."""
        states = self._states()
        self.stop(*(name for name in services if states.get(name) in {"unhealthy", "restarting"}))
        self._unpause(services)

    def _remove_what_never_ran(self, services: Iterable[str]) -> None:
        with opened_engine() as client:
            for row in self._rows(services):
                if not has_run(row):
                    client.api.remove_container(row["Id"], v=True, force=True)

    def _unpause(self, services: Iterable[str]) -> None:
        """Let paused containers go on: the engine neither starts nor stops them as they are."""
        with opened_engine() as client:
            for row in self._rows(services):
                if row["State"]["Paused"]:
                    client.api.unpause(row["Id"])

    def remove(self, *, with_volumes: bool) -> None:
        with opened_engine() as client:
            api = client.api
            self.stop(*self.inspected())
            rows = self._ours.containers()
            used = [name for row in rows for name in volumes_of(row, self._stack.project)]
            for row in rows:  # those that only run one program and end
                api.stop(row["Id"])
            for row in rows:
                api.remove_container(row["Id"], v=True, force=True)
            for row in self._ours.networks():
                api.remove_network(row["Id"])
            for name in sorted({*self.volumes(), *used}) if with_volumes else ():
                api.remove_volume(name)
        self._files.remove(self._stack.layout.compose_environment)

    def discard(self, *services: str) -> None:
        self.stop(*services)
        with opened_engine() as client:
            for row in self._ours.containers():
                if labels_of(row).get(SERVICE) in services:
                    client.api.remove_container(row["Id"], v=True, force=True)

    def volumes(self) -> tuple[str, ...]:
        return tuple(sorted(row["Name"] for row in self._ours.volumes()))

    def has_volume(self, service: str) -> bool:
        """Return whether there is the volume that Compose gives the service, labelled or not."""
        name = f"{self._stack.project}_{service}"
        return any(row["Name"] == name for row in Reader().volumes())

    def run(self, service: str, command: Sequence[str], *, stdin: str = "") -> str:
        if self._states().get(service) in RUNNING:
            return self._compose.run("exec", "-T", service, *command, stdin=stdin)
        apart = ("run", "--rm", "-T", "--entrypoint", command[0], service)
        return self._compose.run(*apart, *command[1:], stdin=stdin)

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        rows = self.inspected(service).get(service)
        if rows is None or count <= 0:
            return ()
        with opened_engine() as client:
            content = client.api.logs(worst_of(rows)["Id"], tail=min(count, LONGEST_TAIL))
        return tuple(content.decode(errors="replace").splitlines()[-count:])

    def inspected(self, *services: str) -> Rows:
        """Return what the engine says of the containers of every service, or of these."""
        return self._ours.inspected(*services)

    def image_id(self, name: str) -> str | None:
        """Return the id that the name of an image stands for now, None when for nothing."""
        row = Reader().image(name)
        return None if row is None else str(row["Id"])

    def _states(self) -> dict[str, State]:
        """Return the state of each service that has a container: that of the worst."""
        return {name: state_of(worst_of(rows)) for name, rows in self.inspected().items()}

    def is_copy(self) -> bool:
        """Return whether what is on the engine belongs to another one, which this is a copy of."""
        return self._ours.is_copy()

    def _rows(self, services: Iterable[str]) -> Iterator[Document]:
        rows = self.inspected()
        for service in services:
            yield from rows.get(service, ())

    def _refuse_as_copy(self) -> None:
        if self.is_copy():
            raise InstallerError(
                f"the containers of {self._stack.project} belong to another installation, of "
                "which this one is a copy",
                f"remove `{self._stack.layout.meta}` here and run `mosaic install`: a new one",
            )

    def _are_healthy(self, services: Sequence[str]) -> bool:
        found = self.inspected()
        waiting = []
        for service in services:
            worst = worst_of(found[service]) if service in found else None
            state = state_of(worst) if worst else "absent"
            if state in {"exited", "restarting", "unhealthy", "absent"}:
                raise self._ended(service, state)
            if worst and state != "healthy":
                waiting.append(f"{service} {last_health_check(worst)}".rstrip())
        if waiting:
            self._tell("waiting for " + ", ".join(waiting))
        return not waiting

    def _ended(self, service: str, state: State) -> InstallerError:
        words = {
            "exited": "ended right after it was started",
            "restarting": "crashes again and again",
            "unhealthy": "runs, but does not answer its health check",
            "absent": "was removed while we waited for it",
        }
        lines = self.last_lines(service, SHOWN_LINES)
        for line in lines:
            if says_disk_is_full(line):
                return refused(line.strip(), f"the container of {service}")
        return ServerUnhealthy(
            f"the container of {service} {words[state]}",
            f"mend what its log says (`mosaic gateway logs --service {service}`) and run "
            "`mosaic install` again",
            last_lines=lines,
        )

    def _too_slow(self, services: Sequence[str], deadline: float) -> ServerUnhealthy:
        states = self._states()
        slow = [service for service in services if states.get(service) != "healthy"]
        named = " and ".join(slow or services)
        return ServerUnhealthy(
            f"{named} did not become healthy within {deadline:.0f} s",
            f"`mosaic gateway logs --service {(slow or [*services])[0]}` shows what it does; "
            "`mosaic install` goes on from here",
            last_lines=self.last_lines((slow or [*services])[0], SHOWN_LINES),
        )
