"""What is done to an installation on a Swarm, and undone again when its place is mended."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
from tests.e2e.program import eventually
from tests.e2e.second_engine import LOADED
from tests.e2e.swarm import sql
from tests.e2e.swarm_faults import Place

from mosaic_installer.core.containers.swarm import node_label

Harm = Callable[[Place], object]

LISTEN = """
import socket, sys
listening = socket.create_server(("0.0.0.0", int(sys.argv[1])))
print("listening", flush=True)
sys.stdin.read()
"""


def gateway_that(script: str) -> Harm:
    """The gateway's program is this script."""
    return lambda place: place.give_gateway(script)


def by_hand(*words: str, undone: tuple[str, ...] = ()) -> Harm:
    """Something is said to Docker; `{}` is what the installation's services begin with."""

    def filled(place: Place, wanted: tuple[str, ...]) -> list[str]:
        return [word.replace("{}", place.stack.project) for word in wanted]

    def act(place: Place) -> None:
        place.docker(*filled(place, words))
        if undone:
            place.finally_do(place.docker, *filled(place, undone))

    return act


def nothing(_place: Place) -> None:
    """What is wrong is in the words of the run."""


def lose_image(place: Place) -> None:
    place.docker("image", "rm", "--force", place.image)


def lose_image_elsewhere(place: Place) -> None:
    place.docker("image", "rm", "--force", place.image, node=2)
    place.finally_do(place.bring_image)


def remove_new_config(place: Place) -> None:
    used = place.docker("service", "inspect", place.service("gateway"))
    rows = place.docker("config", "ls", "--format={{.ID}}").split()
    (unused,) = [row for row in rows if row not in used]
    place.docker("config", "rm", unused)


def set_unknown_revision(place: Place) -> None:
    """A later version migrated the database, and this one may not go on with it."""
    for column, table in (
        ("version_num", "alembic_version"),
        ("compatible_from", "compatibility"),
    ):
        before = sql(place.stack, f"SELECT {column} FROM {table}")  # noqa: S608 # as they stand above
        change = f"UPDATE {table} SET {column} = '{{}}'"  # noqa: S608
        place.finally_do(sql, place.stack, change.format(before))
        sql(place.stack, change.format("9999"))


def close_database(place: Place) -> None:
    change = "ALTER DATABASE mosaic ALLOW_CONNECTIONS {}"
    place.finally_do(sql, place.stack, change.format("true"), "template1")
    sql(place.stack, change.format("false"), "template1")


def containers(place: Place, service: str, *words: str, node: int = 1) -> list[str]:
    label = f"--filter=label=com.docker.swarm.service.name={place.service(service)}"
    return place.docker("ps", "--quiet", label, *words, node=node).split()


def scale(place: Place, service: str, count: int) -> None:
    place.docker("service", "scale", "--detach", f"{place.service(service)}={count}")

    def is_gone() -> bool | None:
        return not any(containers(place, service, node=node) for node in (1, 2)) or None

    if not count:
        eventually(is_gone, f"{service} has ended")


def damage_data(place: Place) -> None:
    folder = place.one.data / "volumes" / place.service("postgres") / "_data/global"

    def rename(former: str, new: str) -> None:
        scale(place, "postgres", 0)
        inside = ("nsenter", f"--target={place.one.first}", "--mount")
        subprocess.run((*inside, "mv", folder / former, folder / new), check=True)
        scale(place, "postgres", 1)

    rename("pg_control", "lost")
    place.finally_do(rename, "lost", "pg_control")


def let_data_be_elsewhere(place: Place) -> None:
    """The node's label is what says where a service's data lies."""
    label = node_label(place.stack.project, "postgres")

    def move(source: int, target: int) -> None:
        place.docker("node", "update", f"--label-rm={label}", f"node{source}")
        place.docker("node", "update", f"--label-add={label}=yes", f"node{target}")

    def back() -> None:
        scale(place, "postgres", 0)
        move(2, 1)
        eventually(is_removed, "the empty volume is removed")
        scale(place, "postgres", 1)

    def is_removed() -> bool | None:
        # A last task may just begin, or end.
        for container in containers(place, "postgres", "--all", node=2):
            place.docker("rm", "--force", container, node=2, code=None)
        return (
            bool(place.docker("volume", "rm", place.service("postgres"), node=2, code=None)) or None
        )

    move(1, 2)
    place.finally_do(back)


def listen(place: Place) -> None:
    """A program of somebody else has the other port on the first node."""
    words = (*place.one.within, sys.executable, "-I", "-c", LISTEN, str(place.other_port))
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    place.finally_do(process.communicate)
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"


def publish(place: Place) -> None:
    """A service of somebody else has the other port on the first node."""
    port = f"--publish=mode=host,target=80,published={place.other_port}"
    add_service(place, "other", port, "--constraint=node.hostname==node1")
    place.finally_do(place.docker, "service", "rm", "other")


def add_service(place: Place, name: str, *words: str) -> None:
    made = ("service", "create", "--quiet", "--detach", "--no-resolve-image", f"--name={name}")
    place.docker(*made, *words, LOADED[2], "sleep", "600")


def take_name(place: Place) -> None:
    name = place.service("gateway")
    place.docker("service", "rm", name)
    add_service(place, name, "--replicas=0")
    place.finally_do(place.docker, "service", "rm", name)


def change_again(place: Place) -> None:
    mark = f"--label-add=changed={time.monotonic()}"
    place.docker("service", "update", "--detach", mark, place.service("gateway"))


def break_network(place: Place) -> None:
    """Nothing of what services say to each other comes to the other node any more."""

    def filtered(action: str) -> None:
        rule = ("INPUT", "--protocol", "udp", "--dport", "4789", "--jump", "DROP")
        inside = ("nsenter", f"--target={place.two.first}", "--net")
        subprocess.run((*inside, "iptables", action, *rule), check=True)

    filtered("--insert")
    place.finally_do(filtered, "--delete")


def cut_off(place: Place) -> None:
    """The cable of the other node is pulled."""

    def back() -> None:
        place.network.plug(2, is_in=True)
        place.await_node("node2", "ready")

    place.finally_do(back)
    place.network.plug(2, is_in=False)


def lose_other_manager(place: Place) -> None:
    """Of two managers, one is cut off."""
    place.docker("node", "promote", "node2")
    place.await_node("node2", "reachable", of="ManagerStatus.Reachability")
    place.finally_do(demote, place)
    cut_off(place)


def demote(place: Place) -> None:
    """Again until it is done: the Swarm notes things about a node that has just come back, and
    refuses a change of what was read before that."""

    def is_demoted() -> bool | None:
        place.docker("node", "demote", "node2", code=None)
        role = place.docker("node", "inspect", "node2", "--format={{.Spec.Role}}", code=None)
        return role == "worker" or None

    eventually(is_demoted, "node2 is to be a worker")
    place.await_node("node2", "<nil>", of="ManagerStatus")


def pause_engine(place: Place) -> None:
    """The engine answers nobody (SIGSTOP)."""
    (engine,) = [each for each in psutil.process_iter() if _is_engine(each, place.one.address)]
    parent = engine.parent()
    assert parent is not None
    place.finally_do(place.await_node, "node1", "ready")
    # What started it stops with it, and does not go on by itself.
    for process in (parent, engine):
        place.finally_do(process.send_signal, signal.SIGCONT)
    engine.send_signal(signal.SIGSTOP)


def _is_engine(process: psutil.Process, address: str) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and words[0].endswith("dockerd") and f"--host={address}" in words


def kill_engine(place: Place) -> None:
    place.finally_do(place.await_node, "node1", "ready")
    place.finally_do(place.one.start)
    place.one.kill()
