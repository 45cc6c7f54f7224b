"""The cases of the checks that look at the container engine and at servers."""

from typing import Any

from tests.core.expected import Found, Silent
from tests.make import GIBIBYTE, HOME

from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.secret import Secret

STANDALONE: dict[str, Any] = {"tier": "standalone", "gateway_runtime": "container"}
PUBLISHED = STANDALONE | {
    "chosen": frozenset({"storage.postgres_port", "storage.valkey_port"}),
}
IMAGES = frozenset({"pgvector/pgvector:pg17", "valkey/valkey:8-alpine", "python:3.13-slim"})
ENGINE = Engine(
    address="unix:///var/run/docker.sock",
    version="27.1.0",
    architecture="amd64",
    storage_driver="overlay2",
    data_root="/var/lib/docker",
    data_root_free=50 * GIBIBYTE,
    memory=8 * GIBIBYTE,
    cpus=4,
    compose=("docker", "compose"),
    compose_version="2.26.1",
    images=IMAGES,
)
PROJECT = Layout.under(HOME).project
VOLUME = Part(kind="volume", name="v", project=PROJECT, home=str(HOME), service="postgres")
SERVICE = replace(VOLUME, kind="service")
STRANGE = replace(VOLUME, is_labelled=False, home="")
SERVER = Part(
    kind="container",
    name="c",
    project=PROJECT,
    home=str(HOME),
    service="postgres",
    ports=((5433, 5432),),
)
HOLDER = Listener(address="127.0.0.1", port=5433, program="postgres", pid=9)
URL = Secret("postgres://u:p@db.example.org/d")
MOVED = STANDALONE | {"storage_database_url": URL}
OWN_QUEUE = STANDALONE | {"storage_valkey_url": Secret("redis://:p@q.example.org:6379/1")}
OWN = {**MOVED, **OWN_QUEUE, "gateway_runtime": "process"}
HAD_CONTAINERS: dict[str, Any] = {"installation.has_containers": True}
IN_CONTAINERS: dict[str, Any] = {
    "installation.tier": "standalone",
    "installation.version": "0.1.0",
    "installation.needs_setup": False,
    "installation.services": ("postgres", "valkey", "gateway"),
    "installation.database_url": "postgresql://mosaic@postgres:5432/mosaic",
    "installation.queue_url": "redis://mosaic@valkey:6379/0",
}
IN_OWN = IN_CONTAINERS | {
    "installation.services": ("gateway",),
    # Another user, and the port said: the same place all the same.
    "installation.database_url": "postgresql://other@db.example.org:5432/d",
    "installation.queue_url": "redis://q.example.org/1",
}


def with_engine(**changes: Any) -> dict[str, Any]:
    """Return the facts of an engine in order, but for these changes."""
    return {"engine": replace(ENGINE, **changes)}


def _problem(name: str) -> dict[str, Any]:
    return with_engine(problem=name, reason="so it said")


def found(level: str, words: str, **changes: Any) -> list[Found | Silent]:
    """A case in which it is found, and the same facts with tier `local`, which does not care."""
    facts = with_engine(**changes)
    return [Found(level, words, facts, STANDALONE), Silent(facts)]


ROOTLESS = with_engine(is_rootless=True)
COPY: dict[str, Any] = {
    **with_engine(parts=(replace(VOLUME, home="/srv/original"),)),
    "originals": frozenset({"/srv/original"}),
}
KEPT = with_engine(parts=(replace(VOLUME, kind="service", keeper="node1"),))
CASES: dict[str, list[Found | Silent]] = {
    "engine-is-present": [
        Found("error", "needs a container engine", _problem("absent"), STANDALONE),
        Silent(_problem("absent")),
    ],
    "engine-is-reachable": [
        Found("error", "so it said", HAD_CONTAINERS | _problem("unreachable"), OWN),
        Silent(_problem("unreachable"), OWN),
        Silent(HAD_CONTAINERS | _problem("absent"), OWN),
        Found("error", "does not answer: so it said", _problem("unreachable"), STANDALONE),
    ],
    "engine-is-permitted": [
        Found("error", "ada may not use", _problem("forbidden"), STANDALONE),
    ],
    "engine-is-recent": [Found("error", "too old", _problem("too-old"), STANDALONE)],
    "engine-is-on-this-machine": found(
        "error", "is not on this machine", address="tcp://192.0.2.7:2376"
    ),
    "compose-is-present": found(
        "error", "1.25 is too old", compose=(), compose_problem="1.25 is too old"
    ),
    "compose-is-the-plugin": [
        *found("warning", "1.29.2", compose=("docker-compose",), compose_version="1.29.2"),
        Silent(with_engine(compose=("docker-compose",), compose_version="2.30.0"), STANDALONE),
    ],
    "engine-disk-is-enough": [
        *found("error", "1.0 GiB free below `/var", data_root_free=GIBIBYTE),
        *found("warning", "enough to start", data_root_free=5 * GIBIBYTE),
        Silent(with_engine(data_root_free=None), STANDALONE),
    ],
    "engine-memory-is-enough": [
        *found("error", "1.0 GiB of memory; tier", memory=GIBIBYTE),
        Silent(with_engine(memory=3 * GIBIBYTE), STANDALONE),
    ],
    "storage-driver-is-fast": found("warning", "`vfs`", storage_driver="vfs"),
    "engine-runs-our-architecture": found(
        "error",
        "is for arm64; this engine runs amd64",
        image_architectures=(("valkey/valkey:8-alpine", "arm64"),),
    ),
    "subnets-are-apart": [
        *found(
            "warning",
            "172.18.0.0/16 overlaps",
            subnets=("172.18.0.0/16",),
            host_subnets=("172.16.0.0/12",),
        ),
        Silent(with_engine(subnets=("fd00::/64",), host_subnets=("10.0.0.0/8",)), STANDALONE),
    ],
    "podman-is-one-that-was-tried": [
        *found("note", "Podman 6.0.1 was not tested", is_podman=True, version="6.0.1"),
        Silent(with_engine(is_podman=True, version="5.4.2"), STANDALONE),
        Silent(with_engine(version="29.0"), STANDALONE),
    ],
    "podman-checks-health": found(
        "error", "needs systemd", is_podman=True, version="5.4.2", checks_health=False
    ),
    "podman-has-a-compose-that-suits-it": found(
        "error", "Compose 1.29.2 cannot", is_podman=True, version="4.3.1", compose_version="1.29.2"
    ),
    "podman-starts-containers-again": found(
        "warning", "after a reboot", is_podman=True, version="5.4.2", starts_with_machine=False
    ),
    "rootless-engine-survives-logout": [
        Found(
            "warning", "rootless", with_engine(is_rootless=True) | {"lingers": False}, STANDALONE
        ),
        Silent(with_engine(is_rootless=True), STANDALONE),
    ],
    "images-are-present": found(
        "note", "will be fetched: pgvector/pgvector:pg17", images=frozenset()
    ),
    "server-ports-are-free": [
        Found("error", "wanted for postgres", {"listeners": (HOLDER,)}, PUBLISHED),
        Silent({"listeners": (HOLDER,)}, STANDALONE),
        Found(
            "error",
            "port 4318 on 127.0.0.1, wanted for otel-collector",
            {"listeners": (replace(HOLDER, port=4318),)},
            STANDALONE | {"gateway_runtime": "process", "telemetry_enabled": True},
        ),
        Silent({"listeners": (HOLDER,), **with_engine(parts=(SERVER,))}, PUBLISHED),
    ],
    "published-ports-differ": [
        Found("error", "port 6380", {}, PUBLISHED | {"storage_postgres_port": 6380}),
        Silent({}, PUBLISHED),
    ],
    "installation-is-no-copy": [
        Found(
            "error",
            "belong to the installation in `/srv/original`, of which this one is a copy",
            {"installation.is_present": True, **COPY},
            STANDALONE,
        ),
        Found("error", "`/srv/original`; this one would have the same name", COPY, STANDALONE),
        Found("error", "were installed from node1", KEPT, STANDALONE, hint="MOSAIC_HOME"),
        Silent(with_engine(parts=(replace(VOLUME, home="/srv/gone"),)), STANDALONE),
    ],
    "server-port-is-chosen-for-a-server": [
        Found("warning", "postgres and valkey", {}, PUBLISHED),
        Silent({}, PUBLISHED | {"gateway_runtime": "process"}),
    ],
}
