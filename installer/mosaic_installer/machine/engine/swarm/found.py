"""What a Swarm has of one installation, found by our labels."""

from collections.abc import Iterable

from mosaic_installer.core.containers.labels import PROJECT, SERVICE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import node_label
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers

OF_SERVICE = "com.docker.swarm.service.name"
"""The label that a Swarm gives to the containers of a service, with its name."""


def container_labels(stack: Stack, service: str) -> str:
    """Return the label of the containers that a service has on this node."""
    return f"{OF_SERVICE}={stack.project}_{service}"


class Found:
    """The services, tasks, nodes and contents of `stack`, each asked for when it is needed."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.label = f"{PROJECT}={stack.project}"

    def services(self) -> dict[str, Document]:
        """Return every service but the jobs, by the name of its row."""
        rows = Reader().services(self.label)
        named = {str(labels_of(row["Spec"]).get(SERVICE, "")): row for row in rows}
        return {name: named[name] for name in named if name}

    def jobs(self) -> tuple[str, ...]:
        """Return the identifiers of the jobs: they have the label of no service."""
        rows = Reader().services(self.label)
        return tuple(str(row["ID"]) for row in rows if SERVICE not in labels_of(row["Spec"]))

    def tasks(self) -> dict[str, tuple[Document, ...]]:
        """Return the tasks of every service, also those that ended."""
        names = {row["ID"]: name for name, row in self.services().items()}
        found: dict[str, list[Document]] = {}
        for task in Reader().tasks():
            if task["ServiceID"] in names:
                found.setdefault(names[task["ServiceID"]], []).append(task)
        return {name: tuple(rows) for name, rows in found.items()}

    def nodes(self) -> dict[str, str]:
        """Return the names of the nodes by their identifiers."""
        return {row["ID"]: str(row["Description"]["Hostname"]) for row in Reader().nodes()}

    def places(self, service: str) -> tuple[str, ...]:
        """Return the identifiers of the nodes that a service may run on."""
        key = node_label(self._stack.project, service)
        return tuple(row["ID"] for row in Reader().nodes() if key in labels_of(row["Spec"]))

    def contents(self) -> dict[str, tuple[str, str]]:
        """Return the kind and the identifier of each secret and config, by its name."""
        reader = Reader()
        rows = [("secret", row) for row in reader.secrets(self.label)]
        rows += [("config", row) for row in reader.configs(self.label)]
        return {str(row["Spec"]["Name"]): (kind, str(row["ID"])) for kind, row in rows}

    def network(self) -> str:
        """Return the identifier of the network, empty where there is none."""
        rows = Reader().networks(self.label)
        return next((str(row["Id"]) for row in rows if row["Scope"] == "swarm"), "")

    def identifiers(self, definition: Definition, services: Iterable[str]) -> Identifiers:
        """Return what the engine calls the things that these services are made from."""
        reader = Reader()
        images = {definition.image(name): reader.image(definition.image(name)) for name in services}
        return Identifiers(
            network=self.network(),
            images={name: str(row["Id"]) for name, row in images.items() if row is not None},
            contents={name: id_ for name, (_kind, id_) in self.contents().items()},
        )
