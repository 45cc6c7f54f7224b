"""What the engine says of one container (`docker inspect`), read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.machine.containers import WORST_FIRST, FoundContainer, State
from mosaic_installer.machine.engine.reader import Document

NUMBER = "com.docker.compose.container-number"
STATES: dict[str, State] = {"created": "created", "restarting": "restarting"}
GRACE = 10
"""The seconds that an engine gives a container to end of which nothing else was said."""
RUNNING = {"starting", "healthy", "unhealthy"}
HEALTH: dict[str, State] = {
    "healthy": "healthy",
    "starting": "starting",
    "unhealthy": "unhealthy",
    "none": "healthy",
}


def moment_of(text: str) -> datetime | None:
    """Return the engine's words for a moment (RFC 3339) as one; None for "never"."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.year > 1 else None


def container_of(service: str, row: Document) -> FoundContainer:
    """Return what we tell of a container of a service."""
    bound = (row["NetworkSettings"].get("Ports") or {}).values()
    ports = sorted({f"{at['HostIp']}:{at['HostPort']}" for places in bound for at in places or ()})
    state = state_of(row)
    return FoundContainer(
        service=service,
        number=number_of(row),
        image=row["Config"]["Image"],
        state=state,
        since=moment_of(row["State"]["StartedAt"]) if state in RUNNING else None,
        ports=tuple(ports),
    )


def state_of(row: Document) -> State:
    """Return what a container does, from what the engine says of it."""
    state = row["State"]
    if state["Status"] in STATES:
        return STATES[state["Status"]]
    if not state["Running"] or state["Paused"]:
        return "exited"
    if not has_run(row):
        return "unhealthy"
    # Once may have been the power, or too little memory for a moment.
    if row["RestartCount"] > 1 and health_of(state) == "starting":
        return "restarting"
    return HEALTH[health_of(state)]


def health_of(state: Document) -> str:
    """Return what the engine says of a container's health: "none" where nothing asks for it.

    Docker leaves it out there, Podman 4 has it with an empty status, and Podman 5 may say null.
    """
    return (state.get("Health") or {}).get("Status") or "none"


def labels_of(listed: Document) -> Document:
    """Return the labels of what an engine lists; Docker 29 leaves out what is empty."""
    return listed.get("Labels") or {}


def image_of(listed: Document) -> str:
    """Return the name of the image of what an engine lists, as people say it.

    Docker repeats what it was told; Podman says the registry, too, where that is Docker's own.
    """
    return str(listed.get("Image", "")).removeprefix("docker.io/").removeprefix("library/")


def number_of(row: Document) -> int:
    """Return which of the containers of its service it is; Compose counts them from 1."""
    return int(labels_of(row["Config"]).get(NUMBER, "1"))


def worst_of(rows: Sequence[Document]) -> Document:
    """Return the container of a service that is in the worst state, so that who mends sees it."""
    return min(rows, key=lambda row: WORST_FIRST.index(state_of(row)))


def has_run(row: Document) -> bool:
    """Return whether the engine ever got a container started.

    One that died meanwhile takes what it finds for a container that runs, and leaves it without a
    network; or it can start that one never again.
    """
    return moment_of(row["State"]["StartedAt"]) is not None


def grace_of(row: Document) -> int:
    """Return the seconds that a container gets to end by itself: those it was created with.

    Said again when it is stopped, it makes whoever waits for the end be patient enough, too.
    """
    seconds = row["Config"].get("StopTimeout")
    return GRACE if seconds is None else int(seconds)


def fingerprint_of(row: Document) -> str:
    """Return the fingerprint that a container was created with, empty when it has none."""
    for variable in row["Config"].get("Env") or ():
        name, _, value = variable.partition("=")
        if name == FINGERPRINT:
            return str(value)
    return ""


def fingerprints_in(rows: Mapping[str, Sequence[Document]]) -> dict[str, str]:
    """Return what each service was created with: the worst of its containers."""
    return {service: fingerprint_of(worst_of(found)) for service, found in rows.items()}


def last_health_check(row: Document) -> str:
    """Return what its last health check said, in brackets; nothing when that said nothing."""
    log = (row["State"].get("Health") or {}).get("Log") or ()
    words = str(log[-1]["Output"]).strip().splitlines() if log else []
    return f"({words[-1][:80]})" if words else ""


def volumes_of(row: Document, project: str) -> Iterator[str]:
    """Yield the volume of a listed container: one that was put back has no label of ours."""
    name = f"{project}_{labels_of(row).get(SERVICE)}"
    yield from (name for mount in row.get("Mounts") or () if mount.get("Name") == name)
