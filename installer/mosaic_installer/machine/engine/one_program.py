"""Run one program of an image in a container of its own, without a network, and return its words.

Its log is kept by a driver that every engine reads back, whatever the engine keeps others' with.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient

DRIVER = "json-file"


def words_of(
    client: "DockerClient",
    image: str,
    program: Sequence[str],
    volumes: Mapping[str, str] | None = None,
) -> str:
    """Return what the program said; `volumes` are names, and where the program reads each."""
    from docker.types import LogConfig

    binds = {name: {"bind": place, "mode": "ro"} for name, place in (volumes or {}).items()}
    container = client.containers.create(
        image,
        entrypoint=[*program],
        command=[],
        network_mode="none",
        log_config=LogConfig(type=DRIVER),
        volumes=binds,
    )
    try:
        container.start()
        container.wait()
        return bytes(container.logs()).decode(errors="replace")
    finally:
        container.remove(force=True)
