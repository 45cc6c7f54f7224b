"""Pin the certificate authority, and hand the gateway the key that it enrols others with."""

import json
from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.names import AUTHORITY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.containers import state_of_service
from mosaic_installer.errors import InstallerError

HOME = "/home/step"
QUESTION = (
    f"STEPPATH={HOME} step certificate fingerprint {HOME}/certs/root_ca.crt "
    f"&& cat {HOME}/config/ca.json"
)
PROVISIONER = "mosaic-fed"


@frozen
class PinAuthority:
    """The gateway knows its authority by the fingerprint of the root certificate.

    `reader` is the user that reads the files inside the gateway's container, None for ourselves.
    """

    stack: Stack
    reader: int | None = None

    @property
    def about(self) -> About:
        layout = self.stack.layout
        return About(
            why="the gateway trusts this authority alone, whatever else answers at its address",
            undone_by="`mosaic uninstall` removes the files; "
            "the authority itself lives in its volume",
            identity=(layout.authority_fingerprint, layout.authority_key),
            writes=(layout.authority_fingerprint, layout.authority_key),
            asks_engine=True,
        )

    def describe(self) -> str:
        return "Pin the certificate authority's root, and extract its provisioner's key"

    def is_done(self, machine: Machine) -> bool:
        found = machine.containers(self.stack).found()
        if state_of_service(AUTHORITY, found) != "healthy":
            return False
        return all(
            machine.files.read(path) == content.encode()
            and machine.files.is_private(path, owner=self.reader)
            for path, content in self._files(machine).items()
        )

    def apply(self, machine: Machine) -> None:
        for path, content in self._files(machine).items():
            machine.files.write(path, content.encode(), owner=self.reader)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        for path in (self.stack.layout.authority_fingerprint, self.stack.layout.authority_key):
            machine.files.remove(path)

    def _files(self, machine: Machine) -> dict[Path, str]:
        said = machine.containers(self.stack).run(AUTHORITY, ("sh", "-c", QUESTION))
        fingerprint, _, document = said.partition("\n")
        layout = self.stack.layout
        return {
            layout.authority_fingerprint: fingerprint.strip(),
            layout.authority_key: _provisioner_key(document),
        }


def _provisioner_key(document: str) -> str:
    try:
        provisioners = json.loads(document)["authority"]["provisioners"]
        (key,) = (row["encryptedKey"] for row in provisioners if row["name"] == PROVISIONER)
    except (ValueError, KeyError, TypeError):
        raise InstallerError(
            f"the certificate authority has no provisioner `{PROVISIONER}`",
            "`mosaic gateway logs --service step-ca` shows what it says",
        ) from None
    return str(key)
