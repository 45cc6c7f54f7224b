"""`PortainerStack` of the services on this Swarm."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.core.containers.labels import STACK
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.stack_file import stack_text
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.portainer.server import ACTIVE, KEY, Portainer
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.pinned import as_run
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec
from mosaic_installer.machine.engine.swarm.swap import swap_service
from mosaic_installer.machine.engine.swarm.tasks import fingerprint_of
from mosaic_installer.machine.web.portainer_api import Place, PortainerApi


class LocalPortainer:
    """The stack of these services in an environment of a Portainer."""

    def __init__(self, stack: Stack, server: tuple[str, int], files: Files, vault: Vault) -> None:
        self._stack = stack
        self._url, self._environment = server
        self._files = files
        self._vault = vault
        self._found = Found(stack)

    def is_current(self) -> bool:
        text, api = self._text(), self._api()
        there = api.found()
        if there is None or there.get("Status", ACTIVE) != ACTIVE:
            return False
        return api.text_of(there) == text

    def update(self) -> None:
        text, api = self._text(), self._api()
        there = api.found()
        if there is None:
            # It makes no stack whose services are there already, and updates one that has them.
            with self._unnamed():
                there = api.create()
        api.update(there, text)

    def remove(self) -> None:
        api = self._api()
        there = api.found()
        if there is not None:
            api.remove(there)

    def _text(self) -> str:
        definition = Definition(self._stack, self._files, self._vault)
        specs = {name: row["Spec"] for name, row in self._found.services().items()}
        fingerprints = {
            name: fingerprint_of(spec["TaskTemplate"]["ContainerSpec"])
            for name, spec in specs.items()
        }
        rows = {name: as_run(row, specs.get(name, {})) for name, row in definition.rows.items()}
        return stack_text(rows, definition.names(), fingerprints)

    def _api(self) -> PortainerApi:
        key = self._vault.get(KEY)
        swarm = (Reader().info().get("Swarm") or {}).get("Cluster") or {}
        if key is None or not swarm.get("ID"):
            raise InstallerError(
                f"Portainer at `{self._url}` was not asked: "
                + ("there is no API key for it" if key is None else "this is no manager"),
                f"if it still lists the stack {self._stack.project}, remove it there",
                identifier="portainer-unreachable",
            )
        place = Place(
            name=self._stack.project, swarm=str(swarm["ID"]), environment=self._environment
        )
        return PortainerApi(Portainer(url=self._url, key=key), place)

    @contextmanager
    def _unnamed(self) -> Iterator[None]:
        """Let the services be of no stack meanwhile; no task notices.

        One who is killed in here leaves them like that; the next run puts the label back.
        """
        self._name("")
        try:
            yield
        finally:
            self._name(self._stack.project)

    def _name(self, name: str) -> None:
        def named(spec: Spec) -> Spec:
            others = {key: value for key, value in spec["Labels"].items() if key != STACK}
            return {**spec, "Labels": {**others, STACK: name} if name else others}

        with opened_engine() as client:
            for row in self._found.services().values():
                swap_service(client.api, str(row["ID"]), named)
