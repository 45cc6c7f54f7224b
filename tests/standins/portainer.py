"""A stand-in for Portainer, which no test can reach: stacks, and the proxy to an engine.

It takes only what Portainer's own document allows (`portainer_api.json`), and refuses all else with
status 400. Behind its routes it does what Portainer does (api/exec/swarm_stack.go of 2.23.0): it
runs Docker's own command.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.standins.server import Asked, Told

DOCUMENT = json.loads(Path(__file__).with_name("portainer_api.json").read_text())
KEY = "ptr_stand-in-0123456789"
ACTIVE, DEPLOYING = 1, 3
ENVIRONMENTS = [
    {"Id": 1, "Name": "kubernetes", "Type": 5},
    {"Id": 2, "Name": "production", "Type": 1},
]
OF_ENGINE = 2
NO_STACK = "Unable to find a stack with the specified identifier inside the database"


class Engine(Protocol):
    """The engine of the environment `production`."""

    def swarm(self) -> Any:
        """Return what it says of the Swarm that it manages; None where it manages none."""

    def namespaces(self) -> set[str]:
        """Return the stacks that its services belong to."""

    def deploy(self, name: str, text: str, *, prune: bool, pull: bool) -> str:
        """Deploy a stack; return what went wrong, empty where nothing did."""

    def remove(self, name: str) -> str: ...


class Refused(Exception):
    """A request that is not answered as it was meant to be."""

    def __init__(self, status: int, message: str, details: str = "") -> None:
        super().__init__(message)
        self.told = Told(status=status, body={"message": message, "details": details or message})


@dataclass
class Portainer:
    """What it knows: its environments, and the stacks that were made through it."""

    engine: Engine
    environments: list[dict[str, Any]] = field(default_factory=lambda: [*ENVIRONMENTS])
    stacks: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    deploys_later: bool = False
    """Whether it answers before it has deployed, as newer versions may."""

    def answer(self, asked: Asked) -> Told:
        if asked.headers.get("x-api-key") != KEY:
            body = {"message": "Invalid JWT token", "details": "Unauthorized"}
            return Told(status=401, body=body)
        try:
            return self._answer(asked)
        except Refused as refused:
            return refused.told

    def _answer(self, asked: Asked) -> Told:
        operation, numbers, query = understood(asked)
        match operation["id"]:
            case "EndpointList":
                told = Told(body=self.environments)
            case "StackList":
                told = Told(body=self._of_swarm(json.loads(query.get("filters") or "{}")))
            case "StackCreateDockerSwarmString":
                told = Told(body=self._create(asked.body, int(query["endpointId"])))
            case "StackInspect":
                told = Told(body=self._at(numbers[0]))
            case "StackFileInspect":
                told = Told(body={"StackFileContent": self.files[self._at(numbers[0])["Id"]]})
            case "StackUpdate":
                told = Told(body=self._update(numbers[0], asked.body))
            case "StackDelete":
                told = self._delete(numbers[0])
            case _:
                told = self._of_engine(numbers[0])
        return told

    def _of_swarm(self, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self.stacks.values() if row["SwarmId"] == filters.get("SwarmID")]

    def _create(self, body: Mapping[str, Any], environment: int) -> dict[str, Any]:
        name = body["Name"]
        if name in {row["Name"] for row in self.stacks.values()} | self.engine.namespaces():
            raise Refused(409, f"A stack with the normalized name '{name}' already exists")
        number = max(self.stacks, default=0) + 1
        self._deploy(name, body["StackFileContent"], prune=False, pull=True)
        self.files[number] = body["StackFileContent"]
        self.stacks[number] = {
            "Id": number,
            "Name": name,
            "Type": 1,
            "EndpointId": environment,
            "SwarmId": body["SwarmID"],
            "Env": body.get("Env") or [],
            "Status": ACTIVE,
        }
        return self._answered(number)

    def _update(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        stack = self._at(number)
        prune, pull = body.get("Prune", False), body.get("PullImage", False)
        self._deploy(stack["Name"], body["StackFileContent"], prune=prune, pull=pull)
        self.files[number] = body["StackFileContent"]
        stack |= {"Env": body.get("Env") or [], "Status": ACTIVE}
        return self._answered(number)

    def _delete(self, number: int) -> Told:
        if said := self.engine.remove(self._at(number)["Name"]):
            raise Refused(500, said)
        del self.stacks[number], self.files[number]
        return Told(status=204, body="")

    def _deploy(self, name: str, text: str, *, prune: bool, pull: bool) -> None:
        if said := self.engine.deploy(name, text, prune=prune, pull=pull):
            raise Refused(500, said)

    def _answered(self, number: int) -> dict[str, Any]:
        later = {"Status": DEPLOYING} if self.deploys_later else {}
        return {**self.stacks[number], **later}

    def _at(self, number: int) -> dict[str, Any]:
        if number not in self.stacks:
            raise Refused(404, NO_STACK, "Object not found inside the database")
        return self.stacks[number]

    def _of_engine(self, environment: int) -> Told:
        swarm = self.engine.swarm() if environment == OF_ENGINE else None
        return Told(body=swarm) if swarm else Told(status=503, body={"message": "no manager"})


def understood(asked: Asked) -> tuple[dict[str, Any], list[int], dict[str, str]]:
    """Return the operation of the document that is asked for, the numbers in its path, its query.

    Raises `Refused` where the document has no such operation, or another one.
    """
    parts = urlsplit(asked.path)
    for operation in DOCUMENT["operations"]:
        pattern = re.sub(r"\{\w+\}", "([0-9]+)", f"/api{operation['path']}")
        found = re.fullmatch(pattern, parts.path)
        if found and operation["method"] == asked.method:
            query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
            _check("query", operation["query"], query)
            _check("body", operation.get("body", {}), asked.body or {})
            return operation, [int(number) for number in found.groups()], query
    raise Refused(405, f"the document has no {asked.method} {parts.path}")


def _check(where: str, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name not in known or not _is_of(known[name]["type"], value):
            raise Refused(400, f"the document knows no {where} with {name}={value!r}")
    for name, row in known.items():
        if row.get("required") and given.get(name) in {None, ""}:
            raise Refused(400, f"the document requires {name} in the {where}")


def _is_of(kind: str, value: Any) -> bool:
    match kind:
        case "integer":
            return str(value).isdecimal()
        case "boolean":
            return value in {True, False, "true", "false"}
        case "pairs":
            return all(row.keys() == {"name", "value"} for row in value)
        case _:
            return isinstance(value, str)
