"""Run one program of an image in a container of its own, without a network, and return its words.

Its log is kept by a driver that every engine reads back, whatever the engine keeps others' with.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mosaic_installer.core.frozen import frozen

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container
    from docker.types import LogConfig

DRIVER = "json-file"


@frozen
class Ended:
    """What a program left: its exit code, and all that it said."""

    code: int
    words: str


def words_of(
    client: "DockerClient",
    image: str,
    program: Sequence[str],
    volumes: Mapping[str, str] | None = None,
    *,
    is_unmapped: bool = False,
) -> str:
    """Return what the program said; `volumes` are names, and where the program reads each.

    `is_unmapped`: its users are this machine's, also where the engine maps those of containers.
    """
    container = client.containers.create(
        image,
        entrypoint=[*program],
        command=[],
        network_mode="none",
        log_config=readable_log(),
        volumes={name: {"bind": place, "mode": "ro"} for name, place in (volumes or {}).items()},
        userns_mode="host" if is_unmapped else None,
    )
    return outcome_of(container).words


def readable_log() -> "LogConfig":
    """Return how the log of such a container has to be kept."""
    from docker.types import LogConfig

    return LogConfig(type=DRIVER)


def outcome_of(container: "Container", seconds: float | None = None) -> Ended:
    """Run a container that was created to its end, and remove it.

    `seconds` is how long it may take; the SDK's own patience without it.
    """
    try:
        container.start()
        code = int(container.wait(timeout=seconds)["StatusCode"])
        return Ended(code=code, words=bytes(container.logs()).decode(errors="replace"))
    finally:
        container.remove(force=True)
