"""What the engine says of one container (`docker inspect`), read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.machine.containers import WORST_FIRST, FoundContainer, State
from mosaic_installer.machine.engine.reader import Document

NUMBER = "com.docker.compose.container-number"
STATES: dict[str, State] = {"created": "created", "restarting": "restarting"}
NETWORK = "_default"
"""How the name of the network ends that Compose makes for a stack."""
GRACE = 10
"""The seconds that an engine gives a container to end of which nothing else was said."""
RUNNING = {"starting", "healthy", "unhealthy"}
STEADY = 5.0
"""Seconds that a container without a health check has to run before it counts as healthy."""
STEADY_AGAIN = 10.0
"""The same after a crash. An engine, too, takes whoever ran for so long for well, and counts its
pauses between restarts from the beginning: moby's restartmanager."""
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
    known = "starting" if seconds_to_steady(row) else HEALTH[health_of(state)]
    # Once may have been the power, or too little memory for a moment.
    return "restarting" if row["RestartCount"] > 1 and known == "starting" else known


def seconds_to_steady(row: Document) -> float:
    """Return the seconds until a running container without a health check counts as healthy.

    It is 0 for one that is asked for its health, that has run for long enough, or whose engine has
    another clock than this machine, so that nobody here can tell.
    """
    since = moment_of(row["State"]["StartedAt"])
    if health_of(row["State"]) != "none" or not row["State"]["Running"] or since is None:
        return 0.0
    age = (datetime.now(UTC) - since).total_seconds()
    wanted = STEADY_AGAIN if row["RestartCount"] else STEADY
    return wanted - age if 0 <= age < wanted else 0.0


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
    return plain_name(str(listed.get("Image", "")))


def plain_name(image: str) -> str:
    """Return the name of an image without the registry, where that is Docker's own."""
    return image.removeprefix("docker.io/").removeprefix("library/")


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


def was_cut_off(row: Document) -> bool:
    """Return whether the engine may have died while it started a container, or before.

    A start that went wrong in good order leaves its reason.
    """
    return not has_run(row) and not row["State"].get("Error")


def is_attached(row: Document, service: str) -> bool:
    """Return whether a container is where others find it by the name of its service.

    Compose puts it into one network of the stack, under that name; where an override says
    otherwise, it knows better than we do.
    """
    place = str((row.get("HostConfig") or {}).get("NetworkMode", ""))
    if not place.endswith(NETWORK):
        return True
    end = (row["NetworkSettings"].get("Networks") or {}).get(place) or {}
    has_address = bool(end.get("IPAddress") or end.get("GlobalIPv6Address"))
    return service in (end.get("Aliases") or ()) and (has_address or not row["State"]["Running"])


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
