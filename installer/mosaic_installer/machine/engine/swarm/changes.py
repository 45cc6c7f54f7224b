"""What is changed on a Swarm: compare-and-swap, so that two who change it see each other."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.moved import move_label
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import MAY_RUN, MAY_RUN_LATER, keeper_label, node_label
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.errors import explained
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.found import Found, here
from mosaic_installer.machine.engine.swarm.keeper import is_keeper
from mosaic_installer.machine.engine.swarm.permits import has_permit, without_permit
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec
from mosaic_installer.machine.engine.swarm.swap import swap, swap_service
from mosaic_installer.machine.engine.swarm.tasks import ran_last_on

if TYPE_CHECKING:
    import docker

PAUSE = 0.2
RELEASE = 30.0
"""Seconds that a network gets to be let go of by the last tasks."""


class Changes:
    """Changes of the services of `stack` through an opened engine."""

    def __init__(self, client: "docker.DockerClient", stack: Stack, found: Found) -> None:
        self._api: Any = client.api  # the stubs of the SDK know little of a Swarm
        self._stack = stack
        self._found = found

    def place(self, services: Iterable[str]) -> None:
        """Let services that have no place yet run on this node, where their images are.

        One that has lost its place gets that of its last task, where its data is, unless that node
        is none of the Swarm any more.
        """
        this, nodes, tasks = here(), self._found.nodes(), self._found.tasks()
        for name in services:
            if not self._found.places(name):
                last = ran_last_on(tasks.get(name, ()))
                node = last if last in nodes else this
                self.relabel(node, added={node_label(self._stack.project, name): MAY_RUN})

    def place_on(self, service: str, nodes: Collection[str], spares: Collection[str] = ()) -> None:
        """Let a service run on these nodes and on no other; on the spares, later.

        What runs on another node is ended by the Swarm, and begun on one of these.
        """
        key = node_label(self._stack.project, service)
        wanted = {**dict.fromkeys(spares, MAY_RUN_LATER), **dict.fromkeys(nodes, MAY_RUN)}
        # New places first: what loses its place finds another at once.
        for row in sorted(Reader().nodes(), key=lambda row: row["ID"] not in nodes):
            mark = wanted.get(row["ID"])
            if mark is None and key in labels_of(row["Spec"]):
                self.relabel(row["ID"], dropped={key})
            elif mark is not None and labels_of(row["Spec"]).get(key) != mark:
                self.relabel(row["ID"], added={key: mark})

    def keep_here(self) -> None:
        """Note that the installation is kept on this node, and on no other any more."""
        project, this = self._stack.project, here()
        for row in Reader().nodes():
            if row["ID"] == this and not is_keeper(project, row):
                self.relabel(this, added={keeper_label(project): "yes"})
            elif row["ID"] != this and is_keeper(project, row):
                self.relabel(row["ID"], dropped={keeper_label(project)})

    def open_spares(self, service: str) -> None:
        """Let a service run on its spare nodes, too, from now on."""
        key = node_label(self._stack.project, service)
        for node in self._found.spares(service):
            self.relabel(node, added={key: MAY_RUN})

    def displace(self, project: str, *, kept: Collection[tuple[str, str]] = ()) -> None:
        """Take the labels of an installation from every node, but those kept, by node and label."""
        starts = (node_label(project, ""), move_label(project, ""))
        for row in Reader().nodes():
            node, marks = row["ID"], labels_of(row["Spec"])
            ours = {key for key in marks if key.startswith(starts) and (node, key) not in kept}
            ours |= {keeper_label(project)} & marks.keys()
            if ours:
                self.relabel(node, dropped=ours)

    def relabel(
        self, node: str, *, added: Mapping[str, str] | None = None, dropped: Collection[str] = ()
    ) -> None:
        """Change labels of a node, all at once."""

        def write(row: Document) -> None:
            marks = {**labels_of(row["Spec"]), **(added or {})}
            left = {key: marks[key] for key in marks if key not in dropped}
            self._api.update_node(node, row["Version"]["Index"], {**row["Spec"], "Labels": left})

        swap(lambda: self._api.inspect_node(node), write)

    def make_network(self, marks: dict[str, str]) -> None:
        """Make the network between the services, unless it is there."""
        if not self._found.network():
            name = f"{self._stack.project}_default"
            self._api.create_network(name, driver="overlay", scope="swarm", labels=marks)

    def remove_network(self) -> None:
        from docker.errors import APIError

        until = time.monotonic() + RELEASE
        while network := self._found.network():
            try:
                self._api.remove_network(network)
            except APIError:
                # A task that has just ended may still be in it.
                if time.monotonic() > until:
                    raise
            time.sleep(PAUSE)

    def keep_contents(self, definition: Definition, services: Iterable[str]) -> None:
        """Give the Swarm what the services read, as far as it does not have it."""
        there, marks = self._found.contents(), definition.network
        wanted = {each.name: each for name in services for each in definition.contents(name)}
        for name in wanted.keys() - there.keys():
            content = wanted[name].secret.reveal().encode(errors="surrogateescape")
            if wanted[name].kind == "secret":
                self._api.create_secret(name, content, labels=marks)
            else:
                self._api.create_config(name, content, labels=marks)

    def forget_contents(self, used: Collection[str]) -> None:
        """Remove the secrets and configs that no service has, now or before."""
        for name, (kind, identifier) in self._found.contents().items():
            if name in used:
                continue
            if kind == "secret":
                self._api.remove_secret(identifier)
            else:
                self._api.remove_config(identifier)

    def set(self, there: Document | None, spec: Spec) -> None:
        """Make a service, or change the one that is there to this spec."""
        if there is None:
            self.create(spec)
            return
        force = there["Spec"]["TaskTemplate"].get("ForceUpdate") or 0
        wanted = deepcopy(spec)
        wanted["TaskTemplate"]["ForceUpdate"] = force
        with explained(_subject_of(spec)):
            swap_service(self._api, there["ID"], lambda _spec: wanted)

    def create(self, spec: Spec) -> str:
        """Make a service; return its identifier."""
        with explained(_subject_of(spec)):
            made = self._api.create_service(
                spec["TaskTemplate"],
                name=spec["Name"],
                labels=spec["Labels"],
                mode=spec["Mode"],
                update_config=spec.get("UpdateConfig"),
                endpoint_spec=spec.get("EndpointSpec"),
            )
        return str(made.get("ID") or made.get("Id"))

    def force(self, there: Document) -> None:
        """Let a service begin again with fresh tasks, as it is."""

        def forced(spec: Spec) -> Spec:
            task = spec["TaskTemplate"]
            return {**spec, "TaskTemplate": {**task, "ForceUpdate": _force_of(spec) + 1}}

        swap_service(self._api, there["ID"], forced)

    def scale(self, service: str, replicas: int) -> None:
        def scaled(spec: Spec) -> Spec:
            return {**spec, "Mode": {"Replicated": {"Replicas": replicas}}}

        swap_service(self._api, self._found.services()[service]["ID"], scaled)

    def take_permits(self, services: Sequence[str]) -> list[str]:
        """Take out the permits to begin with an empty volume; return whose had one."""
        there = self._found.services()
        permitted = [name for name in services if has_permit(there[name]["Spec"])]
        for name in permitted:
            swap_service(self._api, there[name]["ID"], without_permit)
        return permitted

    def remove(self, services: Iterable[str]) -> list[str]:
        """Remove services; return those that were there."""
        there = self._found.services()
        removed = [name for name in services if name in there]
        for name in removed:
            self._api.remove_service(there[name]["ID"])
        return removed

    def remove_job(self, identifier: str) -> None:
        """Remove one job, and what it leaves on its node."""
        self._api.remove_service(identifier)

    def add_secret(self, name: str, content: bytes, marks: Mapping[str, str]) -> str:
        """Give the Swarm a secret for a job; return its identifier."""
        made = self._api.create_secret(name, content, labels=dict(marks))
        return str(made.get("ID") or made.get("Id"))

    def remove_secret(self, identifier: str) -> None:
        self._api.remove_secret(identifier)

    def remove_jobs(self) -> None:
        """Remove the jobs of this installation, also those that a killed run left behind."""
        for identifier in self._found.jobs():
            self._api.remove_service(identifier)


def _subject_of(spec: Spec) -> str:
    """Return whom an error is about; a job goes by its own name."""
    return f"the service {spec['Labels'].get(SERVICE, spec['Name'])}"


def _force_of(spec: Spec) -> int:
    return int(spec["TaskTemplate"].get("ForceUpdate") or 0)
