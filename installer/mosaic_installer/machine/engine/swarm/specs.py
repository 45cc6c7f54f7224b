"""What services are made from: our file, filled in with what only the engine and files know.

Secrets and configs of a Swarm cannot be changed once they are made. Each is named by an HMAC of
its content, so that another content is another name, and no name lets anybody guess at one.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.labels import IMAGE_ID, STACK_IMAGE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import PERMIT
from mosaic_installer.core.containers.swarm_key import SWARM_KEY
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import EngineError

Spec = dict[str, Any]
Kind = Literal["secret", "config"]
READ_BY_OWNER = 0o400
LARGEST_NAME = 64
"""Characters that the engine allows for the name of a secret or a config."""


@frozen
class Content:
    """A file that services read, as the Swarm keeps it."""

    kind: Kind
    name: str
    secret: Secret
    """What is in it; of a config, too, so that nothing shows it by accident."""


class Definition:
    """Our file of a stack's services; raises `EngineError` where it is lost or damaged."""

    def __init__(self, stack: Stack, files: Files, vault: Vault) -> None:
        self._stack = stack
        self._files = files
        self._vault = vault
        self._document = self._read()

    @property
    def network(self) -> dict[str, str]:
        """The labels of the network between the services."""
        return dict(self._document["network"])

    def image(self, service: str) -> str:
        """Return the name of the image of a service."""
        return str(self._row(service)["image"])

    def registry_name(self, service: str) -> str:
        """Return what the nodes' registry calls that image; empty where there is no registry."""
        return str(self._row(service).get("registry_name", ""))

    def bare(self, service: str, find: Callable[[str], Mapping[str, Any] | None]) -> Spec:
        """Return what a job needs of a service, which may be gone: its name, labels and image."""
        spec: Spec = self._row(service)["spec"]
        image = str((find(self.image(service)) or {}).get("Id", ""))
        template = {"ContainerSpec": {"Image": image}}
        return {"Name": spec["Name"], "Labels": spec["Labels"], "TaskTemplate": template}

    def is_guarded(self, service: str) -> bool:
        """Return whether a service needs a permit to begin with an empty volume."""
        return bool(self._row(service)["is_guarded"])

    @property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """What our file says of each service, by its name."""
        rows: Mapping[str, Mapping[str, Any]] = self._document["services"]
        return rows

    def names(self) -> dict[str, str]:
        """Return what the Swarm calls each file that services read, by its path."""
        files = [file for row in self.rows.values() for file in row["files"]]
        return {file["path"]: self._content(file).name for file in files}

    def contents(self, service: str) -> tuple[Content, ...]:
        """Return what a service reads; raises `EngineError` where a file is missing."""
        return tuple(self._content(file) for file in self._row(service)["files"])

    def spec(
        self, service: str, fingerprint: str, ids: "Identifiers", *, is_permitted: bool
    ) -> Spec:
        """Return the whole spec of a service, with what the engine calls its parts."""
        row = self._row(service)
        spec: Spec = deepcopy(row["spec"])
        task = spec["TaskTemplate"]
        container = task["ContainerSpec"]
        container["Image"] = image = ids.images.get(str(row["image"]), "")
        if name := self.registry_name(service):
            container["Image"] = ids.references.get(name, "")
            spec["Labels"] |= {IMAGE_ID: image, STACK_IMAGE: container["Image"]}
        given = [f"{FINGERPRINT}={fingerprint}", *([f"{PERMIT}=yes"] if is_permitted else ())]
        # In the order that `docker stack deploy` has them in: another would be a change to it.
        container["Env"] = sorted([*container.get("Env", ()), *given])
        read = [(self._content(file), file) for file in row["files"]]
        for content, file in sorted(read, key=lambda pair: pair[0].name):
            word = content.kind.capitalize()
            reference = {
                f"{word}ID": ids.contents.get(content.name, ""),
                f"{word}Name": content.name,
                "File": {
                    "Name": file["target"],
                    "UID": file["user"],
                    "GID": file["group"],
                    "Mode": READ_BY_OWNER,
                },
            }
            container.setdefault(f"{word}s", []).append(reference)
        for network in task["Networks"]:
            network["Target"] = ids.network
        return spec

    def _content(self, file: Mapping[str, str]) -> Content:
        path = Path(file["path"])
        content = self._files.read(path)
        if content is None:
            raise EngineError(
                f"`{path}`, which a service reads, is missing",
                "run `mosaic install`; it writes the file again",
                identifier="file-missing",
            )
        kind: Kind = "secret" if file["kind"] == "secret" else "config"
        digest = hmac.new(self._key(), content, sha256).hexdigest()
        known = f"{self._stack.project}_{path.name.lstrip('.')}"
        name = f"{known[: LARGEST_NAME - 17]}_{digest[:16]}"
        return Content(
            kind=kind, name=name, secret=Secret(content.decode(errors="surrogateescape"))
        )

    def _key(self) -> bytes:
        key = self._vault.get(SWARM_KEY)
        if key is None:
            raise EngineError(
                f"`{self._stack.layout.secrets}` has no {SWARM_KEY}",
                "run `mosaic install`; it makes one",
                identifier="file-missing",
            )
        return key.reveal().encode()

    def _row(self, service: str) -> Mapping[str, Any]:
        try:
            row: Mapping[str, Any] = self._document["services"][service]
        except (KeyError, TypeError):
            raise self.damaged() from None
        return row

    def _read(self) -> Mapping[str, Any]:
        try:
            document = json.loads(self._files.read(self._stack.definition) or b"")
        except (ValueError, RecursionError):
            raise self.damaged() from None
        if not isinstance(document, dict) or "services" not in document:
            raise self.damaged()
        return document

    def damaged(self) -> EngineError:
        return EngineError(
            f"`{self._stack.definition}` is missing or damaged",
            "run `mosaic install`; it writes the file again",
            identifier="file-missing",
        )


@frozen
class Identifiers:
    """What the engine calls things: by their names, nothing for what is not there."""

    network: str
    images: Mapping[str, str]
    contents: Mapping[str, str]
    references: Mapping[str, str] = field(default_factory=dict)
    """What a registry calls images by their digests, by their names there."""


def is_within(wanted: object, found: object) -> bool:
    """Return whether all that is wanted is there; an engine adds its defaults beside it.

    It leaves out what is empty, and lists of ours are whole.
    """
    match wanted, found:
        case dict(), dict():
            return all(is_within(wanted[key], found.get(key)) for key in wanted)
        case list(), list():
            return len(wanted) == len(found) and all(map(is_within, wanted, found))
        case _:
            return wanted == found or (not wanted and not found)
