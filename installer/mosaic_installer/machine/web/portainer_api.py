"""The stacks of a Portainer, over its API."""

import time
from collections.abc import Mapping
from typing import Any

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.portainer.look import TRUST
from mosaic_installer.core.portainer.server import DEPLOYING, FAILED, SWARM_STACK, Portainer
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.web.calls import send

Document = Mapping[str, Any]
SECONDS = 10.0
DEPLOYMENT = 120.0
"""Seconds for an answer after which something is deployed, and for what goes on afterwards."""
PAUSE = 0.5
EMPTY = """\
# Do not deploy this: run `mosaic install` again, which puts the services in here.
version: "3.13"
services: {}
"""
"""A stack of nothing, for a moment: Portainer makes none of a name that services have already."""


@frozen
class Place:
    """Where a stack is: its name, its Swarm, and the environment of Portainer that this is."""

    name: str
    swarm: str
    environment: int


class PortainerApi:
    """One stack of a Portainer. Raises `InstallerError` where it refuses, or does not answer."""

    def __init__(self, portainer: Portainer, place: Place) -> None:
        self._portainer = portainer
        self._place = place

    def found(self) -> Document | None:
        """Return the stack, None where Portainer has none of that name on this Swarm."""
        rows = self._asked(self._portainer.stacks(self._place.swarm), "list its stacks").body
        known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        named = [row for row in known if row.get("Name") == self._place.name]
        return next((row for row in named if row.get("Type") == SWARM_STACK), None)

    def text_of(self, stack: Document) -> str:
        """Return the file of a stack."""
        number = int(stack["Id"])
        body = self._asked(self._portainer.file_of(number), "show the stack's file").body
        return str(body.get("StackFileContent", "")) if isinstance(body, dict) else ""

    def create(self) -> Document:
        """Make the stack, of nothing, and return it."""
        place = self._place
        call = self._portainer.create(place.environment, place.name, place.swarm, EMPTY)
        return self._deployed(self._asked(call, "make the stack"))

    def update(self, stack: Document, text: str) -> Document:
        """Give it another file, and return it once Portainer has deployed that."""
        number, variables = int(stack["Id"]), stack.get("Env") or []
        call = self._portainer.update(self._place.environment, number, text, variables)
        return self._deployed(self._asked(call, "update the stack"))

    def remove(self, stack: Document) -> None:
        """Remove it there."""
        call = self._portainer.delete(self._place.environment, int(stack["Id"]))
        self._asked(call, "remove the stack")

    def _deployed(self, reply: Reply) -> Document:
        """Wait until it is no longer at it; raises `InstallerError` where that came to nothing."""
        until = time.monotonic() + DEPLOYMENT
        stack = reply.body if isinstance(reply.body, dict) else {}
        while stack.get("Status") == DEPLOYING and time.monotonic() < until:
            time.sleep(PAUSE)
            call = self._portainer.stack(int(stack["Id"]))
            body = self._asked(call, "show the stack").body
            stack = body if isinstance(body, dict) else {}
        if "Id" not in stack or stack.get("Status") in {DEPLOYING, FAILED}:
            raise self._refusal("deploy the stack", Reply(status=reply.status, body=_why(stack)))
        return stack

    def _asked(self, call: Call, what: str) -> Reply:
        is_change = bool(call.method)
        answer = send(call, DEPLOYMENT if is_change else SECONDS)
        if isinstance(answer, Lost):
            hint = TRUST if answer.cause == "tls" else "check that it runs"
            raise InstallerError(
                f"Portainer at `{self._portainer.host}` did not {what}: {answer.reason}",
                f"{hint}, then run this again",
                identifier="portainer-unreachable",
            )
        if not 200 <= answer.status < 300:
            raise self._refusal(what, answer)
        return answer

    def _refusal(self, what: str, reply: Reply) -> InstallerError:
        name = self._place.name
        hints = {
            401: "give another key as cluster.portainer_key",
            403: "give the key of a user who may manage stacks there",
            409: f"somebody else's stack there may be called {name}; rename or remove it there",
        }
        return InstallerError(
            f"Portainer at `{self._portainer.host}` did not {what} {name} "
            f"(status {reply.status}){self._portainer.quoted(reply)}",
            f"{hints.get(reply.status, 'look into its log')}, then run `mosaic install` again; "
            "the services run without it",
            identifier="portainer-refused",
        )


def _why(stack: Document) -> Document:
    steps = stack.get("DeploymentStatus") or ()
    said = [step.get("Message") for step in steps if step.get("Message")]
    return {"message": said[-1] if said else "it did not say that it is deployed"}
