"""What an engine is asked: the targets of its API. https://docs.docker.com/reference/api/engine/"""

import json
from urllib.parse import quote, urlencode

VERSION = "/version"
INFO = "/info"
NODES = "/nodes"


def containers(label: str = "") -> str:
    """Return what asks for all containers with that label, running or not."""
    return _target("/containers/json", label, all="1")


def volumes(label: str = "") -> str:
    """Return what asks for the volumes with it."""
    return _target("/volumes", label)


def networks(label: str = "") -> str:
    """Return what asks for the networks with it."""
    return _target("/networks", label)


def services(label: str = "") -> str:
    """Return what asks for the services of a Swarm with it."""
    return _target("/services", label)


def tasks(service: str = "") -> str:
    """Return what asks for the tasks of all services, or of one."""
    wanted = {"filters": json.dumps({"service": [service]})} if service else {}
    return _target("/tasks", **wanted)


def secrets(label: str) -> str:
    """Return what asks for the secrets of a Swarm with it."""
    return _target("/secrets", label)


def configs(label: str) -> str:
    """Return what asks for the configs of a Swarm with it."""
    return _target("/configs", label)


def container(name: str) -> str:
    """Return what asks for all that is known of a container."""
    return f"/containers/{quote(name, safe='/:@')}/json"


def image(name: str) -> str:
    """Return what asks for all that is known of an image."""
    return f"/images/{quote(name, safe='/:@')}/json"


def _target(path: str, label: str = "", **query: str) -> str:
    wanted = {"filters": json.dumps({"label": [label]})} if label else {}
    rows = {**query, **wanted}
    return f"{path}?{urlencode(rows)}" if rows else path
