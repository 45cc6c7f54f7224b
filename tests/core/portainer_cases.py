"""The cases of the checks of a Portainer."""

from tests.core.expected import Found, Silent

from mosaic_installer.core.portainer.look import PortainerSeen, Result

HERE = {"portainer": PortainerSeen(result="accepted", environment=1)}


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
}
