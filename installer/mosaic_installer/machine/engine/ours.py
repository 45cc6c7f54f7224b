"""What an engine has of one installation: its rows, found by our labels alone."""

from collections.abc import Callable

from mosaic_installer.core.containers.labels import HOME, PROJECT, SERVICE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.machine.engine.container_row import labels_of, number_of
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.originals import is_original

ONE_OFF = "com.docker.compose.oneoff"
Rows = dict[str, tuple[Document, ...]]
"""What the engine says of the containers of each service that has any, in their order."""


class Ours:
    """The containers, networks and volumes of `stack`, as the engine lists them."""

    def __init__(self, stack: Stack, look: Look | None = None) -> None:
        self._stack = stack
        self._look = look
        self.label = f"{PROJECT}={stack.project}"

    @property
    def engine(self) -> Reader:
        """Who is asked: the look that a decision rests on, else the engine as it is now."""
        return self._look or Reader()

    def inspected(self, *services: str) -> Rows:
        """Return what the engine says of the containers of every service, or of these."""
        engine = self.engine
        found: dict[str, list[Document]] = {}
        for listed in self.containers():
            service = str(labels_of(listed).get(SERVICE, ""))
            is_one_off = labels_of(listed).get(ONE_OFF, "False") != "False"
            is_wanted = service and not is_one_off and (not services or service in services)
            row = engine.container(listed["Id"]) if is_wanted else None
            if row is not None:  # one that was removed in between is not there
                found.setdefault(service, []).append(row)
        return {name: tuple(sorted(found[name], key=number_of)) for name in sorted(found)}

    def containers(self) -> list[Document]:
        """Return all containers, also those that only run one program and end."""
        return self._without_originals(self._labelled(self.engine.containers(PROJECT)))

    def networks(self) -> list[Document]:
        """Return all networks but that of a Swarm, which goes with its services."""
        rows = self._labelled(self.engine.networks())
        return self._without_originals([row for row in rows if row.get("Scope") != "swarm"])

    def volumes(self) -> list[Document]:
        return self._without_originals(self._labelled(self.engine.volumes()))

    def is_copy(self) -> bool:
        """Return whether what is on the engine belongs to another one, which this is a copy of."""
        engine = self.engine
        rows = self._labelled((*engine.containers(PROJECT), *engine.volumes()))
        return len(self._without_originals(rows)) < len(rows)

    def _labelled(self, rows: Documents) -> list[Document]:
        """Return those of this installation: of all, which the probe asks for as well."""
        return [row for row in rows if labels_of(row).get(PROJECT) == self._stack.project]

    def _without_originals(self, rows: Documents) -> list[Document]:
        return without_originals(rows, self._stack)


def without_originals(
    rows: Documents, stack: Stack, marks_of: Callable[[Document], Document] = labels_of
) -> list[Document]:
    """Leave out what belongs to the installation that this one is a copy of."""
    homes = {str(marks_of(row).get(HOME, "")) for row in rows}
    others = {home for home in homes if is_original(home, stack.project, stack.layout)}
    return [row for row in rows if str(marks_of(row).get(HOME, "")) not in others]
