"""What a Swarm has of one installation, found by our labels."""

from collections.abc import Callable, Iterable

from mosaic_installer.core.cluster.keeper import kept_elsewhere
from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.containers.labels import PROJECT, SERVICE, STACK
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import MAY_RUN, MAY_RUN_LATER, node_label
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.look import Concluded, Look
from mosaic_installer.machine.engine.ours import without_originals
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.keeper import keeper_seen_by
from mosaic_installer.machine.engine.swarm.part import OF_SERVICE
from mosaic_installer.machine.engine.swarm.pinned import references_in_use
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers
from mosaic_installer.machine.engine.swarm.tasks import has_converged, wanted_tasks
from mosaic_installer.machine.engine.swarm.way import left_on, unfinished_moves


def container_labels(stack: Stack, service: str) -> str:
    """Return the label of the containers that a service has on this node."""
    return f"{OF_SERVICE}={stack.project}_{service}"


class Found:
    """The services, tasks, nodes and contents of `stack`, each asked for when it is needed.

    A `look` has one answer to each question for as long as it lasts; without one, the engine is
    asked anew each time.
    """

    def __init__(self, stack: Stack, look: Look | None = None) -> None:
        self._stack = stack
        self._look = look
        self.label = f"{PROJECT}={stack.project}"
        self._keeper: str | None = None

    @property
    def _engine(self) -> Reader:
        return self._look or Reader()

    def once(self, what: str, conclude: Callable[[], Concluded]) -> Concluded:
        """Return what is concluded from all this: once where there is a look, else each time."""
        if self._look is None:
            return conclude()
        return self._look.once(f"{self._stack.project}: {what}", conclude)

    def services(self) -> dict[str, Document]:
        """Return every service but the jobs, by the name of its row."""
        rows = self._services()
        named = {str(labels_of(row["Spec"]).get(SERVICE, "")): row for row in rows}
        return {name: named[name] for name in named if name}

    def jobs(self) -> tuple[str, ...]:
        """Return the identifiers of the jobs: they have the label of no service."""
        rows = self._services()
        return tuple(str(row["ID"]) for row in rows if SERVICE not in labels_of(row["Spec"]))

    def is_ending(self) -> bool:
        """Return whether tasks of ours have containers on this node, also of removed services."""
        project = self._stack.project
        rows = self._engine.containers(f"{STACK}={project}")
        return not self.is_copy() and any(SERVICE in labels_of(row) for row in rows)

    def refuse_as_copy(self) -> None:
        """Raise `InstallerError` where the services belong to what this is a copy of."""
        if keeper := self.keeper():
            raise kept_elsewhere(self._stack.project, keeper)
        if self.is_copy():
            raise InstallerError(
                f"the services of {self._stack.project} belong to another installation, of which "
                "this one is a copy",
                f"remove `{self._stack.layout.meta}` here and run `mosaic install`: a new one",
            )

    def is_copy(self) -> bool:
        """Return whether there are services of another installation, which this is a copy of."""
        return len(self._services()) < len(self._labelled(self._engine.services(PROJECT), _marks))

    def keeper(self) -> str:
        """Return the name of the node whose machine has the installation, if that is another."""
        # Asked once: whoever began as the keeper ends so, and a wait asks for services often.
        if self._keeper is None:
            self._keeper = keeper_seen_by(self._engine, self._stack.project)
        return self._keeper

    def _services(self) -> list[Document]:
        return self._ours(self._labelled(self._engine.services(PROJECT), _marks), _marks)

    def _ours(
        self, rows: Documents, marks_of: Callable[[Document], Document] = labels_of
    ) -> list[Document]:
        """Return those that belong to no other installation of the same name."""
        if rows and self.keeper():
            return []
        return without_originals(rows, self._stack, marks_of)

    def _labelled(
        self, rows: Documents, marks_of: Callable[[Document], Document] = labels_of
    ) -> list[Document]:
        """Return those of this installation: of all, which the probe asks for as well."""
        return [row for row in rows if marks_of(row).get(PROJECT) == self._stack.project]

    def tasks(self) -> dict[str, tuple[Document, ...]]:
        """Return the tasks of every service, also those that ended."""
        names = {row["ID"]: name for name, row in self.services().items()}
        found: dict[str, list[Document]] = {}
        for task in self._engine.tasks():
            if task["ServiceID"] in names:
                found.setdefault(names[task["ServiceID"]], []).append(task)
        return {name: tuple(rows) for name, rows in found.items()}

    def name_of(self, service: str) -> str:
        """Return what the Swarm calls a service."""
        return f"{self._stack.project}_{service}"

    def is_whole(self, service: str) -> bool:
        """Return whether all of a service runs, as the Swarm has it."""
        row = self.services().get(service)
        return row is not None and has_converged(row, self.tasks().get(service, ()))

    def is_in_place(self, service: str) -> bool:
        """Return whether all of a service runs, and where it should.

        A gateway runs on this node, too, as commands need one here, and no spare waits.
        """
        is_settled = service != GATEWAY or (
            self.here() in self.runs_on(service) and not self.spares(service)
        )
        return self.is_whole(service) and is_settled

    def runs_on(self, service: str) -> tuple[str, ...]:
        """Return the identifiers of the nodes that its tasks run on; one for each task."""
        rows = wanted_tasks(self.tasks().get(service, ()))
        return tuple(str(row["NodeID"]) for row in rows if row["Status"]["State"] == "running")

    def node_rows(self) -> Documents:
        """Return what the engine says of every node."""
        return self._engine.nodes()

    def nodes(self) -> dict[str, str]:
        """Return the names of the nodes by their identifiers."""
        return {row["ID"]: str(row["Description"]["Hostname"]) for row in self._engine.nodes()}

    def here(self) -> str:
        """Return the identifier of this node."""
        return str((self._engine.info().get("Swarm") or {}).get("NodeID", ""))

    def places(self, service: str) -> tuple[str, ...]:
        """Return the identifiers of the nodes that a service may run on."""
        return self._marked(service, MAY_RUN)

    def spares(self, service: str) -> tuple[str, ...]:
        """Return those that it may run on once the rollout that goes on now has ended."""
        return self._marked(service, MAY_RUN_LATER)

    def unfinished_moves(self) -> tuple[Move, ...]:
        """Return the moves of services that have not ended, and can go on."""
        return unfinished_moves(self._stack.project, self._engine.nodes())

    def left_on(self, service: str) -> tuple[str, ...]:
        """Return the names of the nodes where moves of a service have left old data."""
        return left_on(self._engine.nodes(), self._stack.project, service)

    def _marked(self, service: str, mark: str) -> tuple[str, ...]:
        key = node_label(self._stack.project, service)
        rows = self._engine.nodes()
        return tuple(row["ID"] for row in rows if labels_of(row["Spec"]).get(key) == mark)

    def contents(self) -> dict[str, tuple[str, str]]:
        """Return the kind and the identifier of each secret and config, by its name."""
        engine = self._engine
        found = {"secret": engine.secrets(self.label), "config": engine.configs(self.label)}
        return {
            str(row["Spec"]["Name"]): (kind, str(row["ID"]))
            for kind, rows in found.items()
            for row in self._ours(rows, _marks)
        }

    def used_contents(self) -> set[str]:
        """Return the names of the secrets and configs that services have, now or before."""
        rows = self.services().values()
        specs = [row.get(key) or {} for row in rows for key in ("Spec", "PreviousSpec")]
        containers = [(spec.get("TaskTemplate") or {}).get("ContainerSpec") or {} for spec in specs]
        return {
            str(reference[f"{word}Name"])
            for container in containers
            for word in ("Secret", "Config")
            for reference in container.get(f"{word}s") or ()
        }

    def network(self) -> str:
        """Return the identifier of the network, empty where there is none."""
        rows = self._ours(self._labelled(self._engine.networks()))
        return next((str(row["Id"]) for row in rows if row["Scope"] == "swarm"), "")

    def volumes(self) -> tuple[str, ...]:
        """Return the names of the volumes on this node."""
        rows = self._ours(self._labelled(self._engine.volumes()))
        return tuple(sorted(str(row["Name"]) for row in rows))

    def identifiers(self, definition: Definition, services: Iterable[str]) -> Identifiers:
        """Return what the engine calls the things that these services are made from."""
        names = {definition.image(name): definition.registry_name(name) for name in services}
        rows = {name: self._engine.image(name) for name in names}
        images = {name: str(row["Id"]) for name, row in rows.items() if row is not None}
        pushed = {each: images[name] for name, each in names.items() if each and name in images}
        return Identifiers(
            network=self.network(),
            images=images,
            contents={name: id_ for name, (_kind, id_) in self.contents().items()},
            references=references_in_use(pushed, self._engine),
        )


def is_in_none(reader: Reader | None = None) -> bool:
    """Return whether this engine is in no Swarm at all, and has nothing on one."""
    swarm = (reader or Reader()).info().get("Swarm") or {}
    return swarm.get("LocalNodeState") in {None, "", "inactive"}


def _marks(row: Document) -> Document:
    return labels_of(row["Spec"])


def here() -> str:
    """Return the identifier of this node."""
    return str((Reader().info().get("Swarm") or {}).get("NodeID", ""))
