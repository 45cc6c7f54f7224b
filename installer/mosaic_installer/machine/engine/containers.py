"""`Containers`: what compose makes for one installation, found again by its labels alone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine.containers import FoundContainer, State
from mosaic_installer.core.machine.files import Files
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.compose import Compose
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import (
    RUNNING,
    container_of,
    fingerprint_of,
    fingerprints_in,
    grace_of,
    has_run,
    is_attached,
    labels_of,
    state_of,
    volumes_of,
    was_cut_off,
    worst_of,
)
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.ours import Ours, Rows
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.strays import end_strays, ids_without_process, strays_of
from mosaic_installer.machine.engine.swarm.part import services_on_swarm
from mosaic_installer.machine.engine.waiting import Waiting, last_lines


class LocalContainers:
    """The containers of `stack` on the engine that this user's `docker` talks to."""

    def __init__(
        self,
        stack: Stack,
        files: Files,
        tell: Callable[[str], None],
        look: Look | None = None,
    ) -> None:
        self._stack = stack
        self._files = files
        self._ours = Ours(stack, look)
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
            if not all(is_attached(row, service) and self._has_its_image(row) for row in rows):
                return False
        return self._compose.has_noted(fingerprints_in(found))

    def differences(self, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        return ()

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self._refuse_as_copy()
        self._refuse_beside_swarm()
        self._end_what_hangs(fingerprints)
        # Of a service that has to be made anew beside those, only its container tells.
        noted = {**fingerprints_in(self.inspected()), **fingerprints}
        self._remove_what_is_half_there(fingerprints)
        self._tell_of_new_images(fingerprints)
        self._compose.note_fingerprints(noted)
        self._compose.run("up", "--detach", "--no-build", "--remove-orphans", *fingerprints)

    def wait(self, services: Sequence[str], deadline: float) -> None:
        Waiting(self._ours, self._tell).wait(services, deadline)

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

    def _remove_what_is_half_there(self, services: Iterable[str]) -> None:
        """Remove what the engine never got started, and what lost its place in the network.

        Where the engine died meanwhile, the network goes, too: what it had made of a container may
        live on, with an address that the next one would get as well.
        """
        found = self.inspected()
        rows = [row for name in found for row in found[name]]
        if any(map(was_cut_off, rows)) or strays_of(ids_without_process(rows)):
            self._remove_all()
            return
        half = [
            row
            for name in services
            for row in found.get(name, ())
            if not (has_run(row) and is_attached(row, name))
        ]
        self._discard(half)

    def _tell_of_new_images(self, services: Iterable[str]) -> None:
        """Say which containers Compose will make anew, because their images are others by now."""
        for row in self._rows(services):
            if not self._has_its_image(row):
                name = labels_of(row["Config"]).get(SERVICE)
                self._tell(f"making {name} anew: {row['Config']['Image']} is another image by now")

    def _has_its_image(self, row: Document) -> bool:
        """Return whether a container is of what its image's name stands for, or that is lost."""
        return self.image_id(row["Config"]["Image"]) in {None, row["Image"]}

    def _unpause(self, services: Iterable[str]) -> None:
        """Let paused containers go on: the engine neither starts nor stops them as they are."""
        with opened_engine() as client:
            for row in self._rows(services):
                if row["State"]["Paused"]:
                    client.api.unpause(row["Id"])

    def remove(self, *, with_volumes: bool) -> None:
        rows = self._ours.containers()
        used = [name for row in rows for name in volumes_of(row, self._stack.project)]
        self._remove_all()
        with opened_engine() as client:
            for name in sorted({*self.volumes(), *used}) if with_volumes else ():
                client.api.remove_volume(name)
        self._files.remove(self._stack.layout.compose_environment)

    def is_there(self) -> bool:
        is_noted = self._files.kind(self._stack.layout.compose_environment) != "absent"
        return is_noted or bool(self._ours.containers() or self._ours.networks())

    def _remove_all(self) -> None:
        """Remove every container and every network; volumes stay."""
        self.stop(*self.inspected())
        rows = self._ours.containers()
        with opened_engine() as client:
            for row in rows:  # those that only run one program and end
                client.api.stop(row["Id"])
        self._discard(rows)
        with opened_engine() as client:
            for row in self._ours.networks():
                client.api.remove_network(row["Id"])

    def discard(self, *services: str) -> None:
        self.stop(*services)
        rows = self._ours.containers()
        self._discard([row for row in rows if labels_of(row).get(SERVICE) in services])

    def _discard(self, rows: Collection[Document]) -> None:
        end_strays(ids_without_process(rows))
        with opened_engine() as client:
            for row in rows:
                client.api.remove_container(row["Id"], v=True, force=True)

    def volumes(self) -> tuple[str, ...]:
        return tuple(sorted(row["Name"] for row in self._ours.volumes()))

    def has_volume(self, service: str) -> bool:
        """Return whether there is the volume that Compose gives the service, labelled or not."""
        name = f"{self._stack.project}_{service}"
        return any(row["Name"] == name for row in self._ours.engine.volumes())

    def is_here(self, service: str) -> bool:
        return True

    def run(
        self,
        service: str,
        command: Sequence[str],
        *,
        stdin: str = "",
        alone: Sequence[str] = (),
    ) -> str:
        if self._states().get(service) in RUNNING:
            return self._compose.run("exec", "-T", service, *command, stdin=stdin)
        apart = ("run", "--rm", "-T", "--entrypoint", command[0], service)
        return self._compose.run(*apart, *command[1:], stdin=stdin)

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        return last_lines(self._ours, service, count)

    def inspected(self, *services: str) -> Rows:
        """Return what the engine says of the containers of every service, or of these."""
        return self._ours.inspected(*services)

    def image_id(self, name: str) -> str | None:
        """Return the id that the name of an image stands for now, None when for nothing."""
        row = self._ours.engine.image(name)
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

    def _refuse_beside_swarm(self) -> None:
        if any(part.project == self._stack.project for part in services_on_swarm()):
            raise InstallerError(
                f"{self._stack.project} still has services on a Swarm, on the same volumes",
                "run `mosaic install`, which removes them first and keeps the data",
            )

    def _refuse_as_copy(self) -> None:
        if self.is_copy():
            raise InstallerError(
                f"the containers of {self._stack.project} belong to another installation, of "
                "which this one is a copy",
                f"remove `{self._stack.layout.meta}` here and run `mosaic install`: a new one",
            )
