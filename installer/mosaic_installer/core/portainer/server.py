"""A Portainer as a value, and the calls that its API takes.

The routes are those of 2.19 and later (`/stacks/create/swarm/string`):
https://docs.portainer.io/api/docs, https://github.com/portainer/portainer/tree/develop/api.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from mosaic_installer.core.connections.call import Call, Reply
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret, scrub

KEY = "portainer_key"
"""What the vault calls the API key."""
SWARM_STACK = 1
"""The type of a stack that is one of a Swarm."""
ACTIVE, DEPLOYING, FAILED = 1, 3, 4
"""What became of a stack; versions that deploy while they answer have no third and fourth."""
LONGEST_QUOTE = 300


@frozen
class Portainer:
    """The Portainer at `url`, to which an API key lets us in."""

    url: str
    key: Secret

    @property
    def host(self) -> str:
        """What people are told of where it is."""
        return urlsplit(self.url).netloc

    def environments(self) -> Call:
        """Ask for the environments that the key may see; what they run is left out."""
        return self._call("/endpoints", {"excludeSnapshots": "true"})

    def swarm_of(self, environment: int) -> Call:
        """Ask the engine of an environment, through its Docker proxy, which Swarm it manages."""
        return self._call(f"/endpoints/{environment}/docker/swarm")

    def stacks(self, swarm: str) -> Call:
        """Ask for the stacks of a Swarm."""
        return self._call("/stacks", {"filters": json.dumps({"SwarmID": swarm})})

    def stack(self, number: int) -> Call:
        """Ask how a stack is."""
        return self._call(f"/stacks/{number}")

    def file_of(self, number: int) -> Call:
        """Ask for the file of a stack."""
        return self._call(f"/stacks/{number}/file")

    def create(self, environment: int, name: str, swarm: str, text: str) -> Call:
        """Make a stack, which is deployed at once."""
        body = {"Name": name, "SwarmID": swarm, "StackFileContent": text, "Env": []}
        return self._call(
            "/stacks/create/swarm/string", {"endpointId": environment}, body=body, method="POST"
        )

    def update(self, environment: int, number: int, text: str, variables: object) -> Call:
        """Give a stack another file, which is deployed at once, with images as they are here."""
        body = {"StackFileContent": text, "Env": variables, "Prune": True}
        return self._call(f"/stacks/{number}", {"endpointId": environment}, body=body, method="PUT")

    def delete(self, environment: int, number: int) -> Call:
        """Remove a stack, and what the Swarm has of it."""
        return self._call(f"/stacks/{number}", {"endpointId": environment}, method="DELETE")

    def quoted(self, reply: Reply) -> str:
        """Return what it says of an error, on one line and without the key; empty: nothing."""
        body = reply.body if isinstance(reply.body, dict) else {}
        said = " ".join(str(body.get("details") or body.get("message") or "").split())
        said = scrub(said, [self.key])
        return f": {said[:LONGEST_QUOTE]}" if said else ""

    def _call(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        body: Any = None,
        method: str = "",
    ) -> Call:
        asked = f"?{urlencode(query)}" if query else ""
        return Call(
            url=f"{self.url}/api{path}{asked}",
            headers={"X-API-Key": self.key.reveal()},
            body=body,
            method=method,
        )
