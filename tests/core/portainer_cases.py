"""The cases of the checks of a Portainer."""

from tests.core.container_cases import SERVICE, STANDALONE, with_engine
from tests.core.expected import Found, Silent

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.portainer.look import PortainerSeen, Result

HERE = {"portainer": PortainerSeen(result="accepted", environment=1)}
ON_SWARM = STANDALONE | {"gateway_runtime": "swarm"}
STACK = with_engine(parts=(replace(SERVICE, is_in_stack_words=True),))
LOST = {"installation.has_answers": False, "installation.version": ""}


def seen(result: Result, *, is_new: bool = True) -> dict[str, object]:
    said = PortainerSeen(
        result=result, message=f"it is {result}", hint="do something", is_new=is_new
    )
    return {"portainer": said}


CASES: dict[str, list[Found | Silent]] = {
    "portainer-accepts-its-key": [
        Found("error", "it is refused", seen("refused")),
        Found("warning", "it is refused", seen("refused", is_new=False)),
        Silent(HERE),
        Silent(seen("elsewhere")),
        Silent(),
    ],
    "portainer-has-this-swarm": [
        Found("error", "it is elsewhere", seen("elsewhere")),
        Found("error", "it is several", seen("several")),
        Found("warning", "it is elsewhere", seen("elsewhere", is_new=False)),
        Silent(HERE),
        Silent(seen("refused")),
    ],
    "portainer-is-reachable": [
        Found("warning", "it is unreachable", seen("unreachable")),
        Found("warning", "it is unexpected", seen("unexpected")),
        Silent(HERE),
        Silent(seen("several")),
    ],
    "portainer-is-remembered": [
        Found("warning", "whose address and key are lost", STACK | LOST, ON_SWARM),
        Silent(STACK | LOST, ON_SWARM | {"cluster_portainer_url": "https://p.example.org"}),
        Silent(STACK | LOST | {"installation.version": "0.1.0"}, ON_SWARM),
        Silent(with_engine(parts=(SERVICE,)) | LOST, ON_SWARM),
    ],
}
