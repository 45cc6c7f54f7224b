"""The cases of the checks of a Docker Swarm."""

from typing import Any

from tests.core.container_cases import STANDALONE, with_engine
from tests.core.expected import Found, Silent

from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.containers.engine import Swarm
from mosaic_installer.core.frozen import replace

EVERYWHERE = "0.0.0.0"  # noqa: S104 - an answer, not bound
ON_SWARM: dict[str, Any] = {**STANDALONE, "gateway_runtime": "swarm", "gateway_bind": EVERYWHERE}
IN_MESH = {**ON_SWARM, "gateway_publish": "ingress"}
WITHOUT = {**with_engine(), "has_ipvs": False}
LATE = {**with_engine(), "has_ipvs": True, "loads_ipvs": False}
MANAGER = Swarm(node="n1", is_manager=True, managers=1, nodes=1)
FAR = Swarm(node="n1", name="node1", is_manager=True, nodes=2, elsewhere={"postgres": "node2"})
SILENT = replace(FAR, silent=frozenset({"node2"}))
LOST = with_engine(swarm=Swarm(node="n1", is_manager=True))
HAS_SERVICES: dict[str, Any] = {"installation.definitions": ("swarm",)}
WORKER = Swarm(node="n1", managers=0, nodes=0)
DOWN = Place(name="node2", state="down", availability="active")
DRAINED = replace(DOWN, state="ready", availability="drain")


def at(*places: Place) -> dict[str, Any]:
    """Return the facts of a Swarm where PostgreSQL may run there."""
    return with_engine(swarm=replace(MANAGER, places={"postgres": places}))


def moving(*, has_begun: bool) -> dict[str, Any]:
    """Return the facts of a Swarm where PostgreSQL is on its way from node1 to node2."""
    move = Move(service="postgres", source="node1", target="node2", has_begun=has_begun)
    return with_engine(swarm=replace(MANAGER, moves=(move,)))


CASES: dict[str, list[Found | Silent]] = {
    "swarm-is-managed-here": [
        Found("error", "is in no Docker Swarm", with_engine(), ON_SWARM, hint="cluster init"),
        Found("error", "is a worker", with_engine(swarm=WORKER), ON_SWARM, hint="promote"),
        Found("error", "managers of the Swarm are lost", LOST, ON_SWARM, hint="cluster recover"),
        Silent(with_engine(swarm=MANAGER), ON_SWARM),
        Found("error", "managers of the Swarm are lost", {**LOST, **HAS_SERVICES}, STANDALONE),
        Silent(LOST, STANDALONE),
        Silent(with_engine(), STANDALONE),
    ],
    "swarm-engine-is-recent": [
        Found("error", "this is 27.1.0", with_engine(api_version="1.43"), ON_SWARM, hint="update"),
        Silent(with_engine(api_version="1.44"), ON_SWARM),
        Silent(with_engine(api_version="1.43"), STANDALONE),
    ],
    "swarm-port-may-be-open": [
        Found(
            "error",
            "opens port 14242 on every address",
            {},
            {**ON_SWARM, "gateway_bind": "127.0.0.1"},
            hint="gateway.bind=0.0.0.0",
        ),
        Silent({}, ON_SWARM),
        Silent({}, STANDALONE),
    ],
    "swarm-publishes-no-server": [
        Found(
            "error",
            "5433 of postgres",
            {},
            {**ON_SWARM, "chosen": frozenset({"storage.postgres_port"})},
        ),
        Found("error", "16686 of jaeger", {}, {**ON_SWARM, "telemetry_enabled": True}),
        Silent({}, ON_SWARM),
        Silent({}, {**STANDALONE, "chosen": frozenset({"storage.postgres_port"})}),
    ],
    "data-is-on-this-machine": [
        Found(
            "error",
            "of postgres on node2",
            with_engine(swarm=FAR) | {"installation.runtime": "swarm"},
            STANDALONE,
            hint="move it here first: `mosaic cluster move postgres node1`",
        ),
        Found(
            "error",
            "of postgres on node2",
            with_engine(swarm=FAR),
            STANDALONE,
            hint="where it finds its data: `--set gateway.runtime=swarm`",
        ),
        Found(
            "error",
            "of postgres on node2",
            with_engine(swarm=SILENT) | {"installation.runtime": "swarm"},
            STANDALONE,
            hint="start node2, then move it here: `mosaic cluster move postgres node1`",
        ),
        Silent(with_engine(swarm=FAR), ON_SWARM),
        Silent(with_engine(swarm=MANAGER), STANDALONE),
    ],
    "swarm-services-have-a-node": [
        Found("warning", "is on node2, which is down", at(DOWN), ON_SWARM, hint="start node2"),
        Found("warning", "which is drained", at(DRAINED), ON_SWARM, hint="activate node2"),
        Silent(at(replace(DRAINED, availability="pause")), ON_SWARM),
        Silent(at(DOWN, replace(DOWN, state="ready")), ON_SWARM),
        Silent(at(DOWN), STANDALONE),
        Silent(with_engine(swarm=replace(FAR, places={"gateway": (DOWN,)})), ON_SWARM),
        Silent(with_engine(swarm=MANAGER), ON_SWARM),
    ],
    "moves-on-the-swarm-have-ended": [
        Found(
            "warning",
            "postgres to node2 has not ended: its data on node1 is as it was",
            moving(has_begun=False),
            ON_SWARM,
            hint="`mosaic install` starts postgres on node1 again",
        ),
        Found(
            "warning",
            "it may have begun there, and its old data on node1 is as it was",
            moving(has_begun=True),
            ON_SWARM,
            hint="`mosaic install` ends it",
        ),
        Silent(moving(has_begun=True), STANDALONE),
        Silent(with_engine(swarm=MANAGER), ON_SWARM),
    ],
    "swarm-has-enough-nodes": [
        Found(
            "error",
            "is 2, but the Swarm has 1 node",
            with_engine(swarm=MANAGER),
            {**ON_SWARM, "gateway_replicas": 2},
            hint="join-token",
        ),
        Silent(with_engine(swarm=MANAGER), ON_SWARM),
        Silent(LOST, {**ON_SWARM, "gateway_replicas": 2}),
        Silent(with_engine(swarm=MANAGER), {**STANDALONE, "gateway_replicas": 2}),
        Silent(with_engine(swarm=MANAGER), {**IN_MESH, "gateway_replicas": 2}),
    ],
    "swarm-mesh-has-ipvs": [
        Found("error", "no IPVS", WITHOUT, IN_MESH, hint="gateway.publish=host"),
        Silent({**WITHOUT, "has_ipvs": None}, IN_MESH),
        Silent({**WITHOUT, "has_ipvs": True}, IN_MESH),
        Found("warning", "after Docker", LATE, IN_MESH, hint="/etc/modules-load.d"),
        Silent(LATE, ON_SWARM),
        Silent({**WITHOUT, **with_engine(is_desktop=True)}, IN_MESH),
        Silent(WITHOUT, ON_SWARM),
        Silent(WITHOUT, {**STANDALONE, "gateway_publish": "ingress"}),
    ],
}
