"""Try a Portainer: does it let us in, and which of its environments is the Swarm of this machine?

Nothing is sent here. Whoever runs the trial sends each call and hands back what came of it.
"""

from collections.abc import Generator, Sequence
from typing import Any, Literal

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.portainer.server import Portainer

Result = Literal["accepted", "refused", "unreachable", "unexpected", "elsewhere", "several"]
Rows = Sequence[dict[str, Any]]
Look = Generator[Call, Reply | Lost, "PortainerSeen"]
WITH_DOCKER = {1, 2, 4}
"""Types of environments: an engine, one behind an agent, one behind an agent that calls home."""
NO_ANSWER = {500, 502, 504}
"""What Portainer says where it cannot reach an environment; one that manages no Swarm says 503."""
TRUST = "name the certificate of your own authority with SSL_CERT_FILE"


@frozen
class PortainerSeen:
    """What came of trying a Portainer, in two lines; once it accepted us, which environment."""

    result: Result
    message: str = ""
    hint: str = ""
    environment: int = 0
    is_new: bool = True
    """Whether the key was given just now, and not kept by an earlier run."""


def look(portainer: Portainer, swarm: str, wanted: str | None) -> Look:
    """Find the environment that is this Swarm; `wanted` is its name or number, if anybody said."""
    answer = yield portainer.environments()
    if isinstance(answer, Lost):
        return unreachable(portainer, answer)
    if answer.status != 200 or not isinstance(answer.body, list):
        return _not_let_in(portainer, answer)
    known = [row for row in answer.body if isinstance(row, dict) and "Id" in row]
    rows = [row for row in known if row.get("Type") in WITH_DOCKER]
    named = [row for row in rows if wanted in {None, str(row.get("Id")), row.get("Name")}]
    if not named:
        return _elsewhere(portainer, rows, wanted)
    found, silent = yield from _asked(portainer, named, swarm)
    if len(found) == 1:
        return PortainerSeen(result="accepted", environment=int(found[0]["Id"]))
    if found:
        return _several(portainer, found)
    return _silent(portainer, silent) if silent else _elsewhere(portainer, rows, wanted)


def _asked(
    portainer: Portainer, rows: Rows, swarm: str
) -> Generator[Call, Reply | Lost, tuple[Rows, Rows]]:
    """Return those environments that are this Swarm, and those that nobody can reach."""
    found, silent = [], []
    for row in rows:
        reply = yield portainer.swarm_of(int(row["Id"]))
        if isinstance(reply, Lost) or reply.status in NO_ANSWER:
            silent.append(row)
        elif isinstance(reply.body, dict) and reply.body.get("ID") == swarm:
            found.append(row)
    return found, silent


def unreachable(portainer: Portainer, lost: Lost) -> PortainerSeen:
    """Return what is said of a Portainer from which there is no answer at all."""
    hint = f"check cluster.portainer_url; {TRUST}" if lost.cause == "tls" else "start it"
    return PortainerSeen(
        result="unreachable",
        message=f"Portainer cannot be reached at `{portainer.host}` ({lost.reason}), so its stack "
        "is not updated",
        hint=f"{hint}, then run `mosaic install` again; or go without it: "
        "`mosaic config unset cluster.portainer_url`",
    )


def _silent(portainer: Portainer, rows: Rows) -> PortainerSeen:
    return PortainerSeen(
        result="unreachable",
        message=f"Portainer at `{portainer.host}` cannot reach {_names(rows)}, so its stack is not "
        "updated",
        hint="look at that environment there, then run `mosaic install` again",
    )


def _not_let_in(portainer: Portainer, reply: Reply) -> PortainerSeen:
    if reply.status in {401, 403}:
        return PortainerSeen(
            result="refused",
            message=f"Portainer at `{portainer.host}` refused the API key{portainer.quoted(reply)}",
            hint="make another one there (My account, Access tokens), and give it as "
            "cluster.portainer_key",
        )
    return PortainerSeen(
        result="unexpected",
        message=f"`{portainer.url}` does not answer as Portainer does (status {reply.status}), so "
        "its stack is not updated",
        hint="check cluster.portainer_url: it is the address that you open in a browser",
    )


def _elsewhere(portainer: Portainer, rows: Rows, wanted: str | None) -> PortainerSeen:
    there = f"it has {_names(rows)}" if rows else "the key sees none at all"
    which = f"environment `{wanted}` that" if wanted else "environment that"
    return PortainerSeen(
        result="elsewhere",
        message=f"Portainer at `{portainer.host}` has no {which} is this Swarm; {there}",
        hint="add a manager of this Swarm there as an environment, and let the key's user see it; "
        "or go without: `--set cluster.portainer_url=none`",
    )


def _several(portainer: Portainer, rows: Rows) -> PortainerSeen:
    return PortainerSeen(
        result="several",
        message=f"several environments of Portainer at `{portainer.host}` are this Swarm: "
        f"{_names(rows)}",
        hint=f"choose one: `--set cluster.portainer_environment={rows[0]['Id']}`",
    )


def _names(rows: Rows) -> str:
    return ", ".join(f"{row.get('Name')} ({row['Id']})" for row in rows)
