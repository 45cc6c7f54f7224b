"""What somebody makes of the file that the services of a Swarm are made from."""

from collections.abc import Callable
from typing import Any

from tests.e2e.swarm_faults import Place
from tests.e2e.swarm_harm import Harm

Change = Callable[[dict[str, Any]], object]


def edited(service: str, change: Change) -> Harm:
    """Our file says something else of a service."""
    return lambda place: place.edit(service, change)


def give_bad_secret(place: Place) -> None:
    """Valkey reads users from a secret that says none."""
    file = place.folder / "users"
    file.write_text("nobody is a user\n")
    place.edit("valkey", lambda row: row["files"][0].update(path=str(file)))


def limits(**values: int) -> Change:
    return lambda row: _task(row)["Resources"]["Limits"].update(values)


def reserves(size: int) -> Change:
    wanted = {"Reservations": {"MemoryBytes": size}}
    return lambda row: _task(row)["Resources"].update(wanted)


def runs_only_on(constraint: str) -> Change:
    return lambda row: _task(row)["Placement"]["Constraints"].append(constraint)


def mounts(source: str, target: str) -> Change:
    mount = {"Type": "bind", "Source": source, "Target": target}
    return lambda row: _task(row)["ContainerSpec"].setdefault("Mounts", []).append(mount)


def is_checked_by(test: str) -> Change:
    wanted = {"Test": ["CMD-SHELL", test]}
    return lambda row: _task(row)["ContainerSpec"]["Healthcheck"].update(wanted)


def _task(row: dict[str, Any]) -> dict[str, Any]:
    task: dict[str, Any] = row["spec"]["TaskTemplate"]
    return task
