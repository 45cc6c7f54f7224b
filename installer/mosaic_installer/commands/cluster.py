"""`mosaic cluster`: make a Swarm of this machine, let others join, and make it whole again."""

from pathlib import Path

from mosaic_installer.commands.consent import agrees
from mosaic_installer.commands.credentials import read_secret
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.engine.swarm.addresses import is_of_this_machine
from mosaic_installer.machine.engine.swarm.joining import Membership, join
from mosaic_installer.machine.engine.swarm.membership import Invitation, Role, invite, rotate
from mosaic_installer.machine.engine.swarm.nodes import node_ids, wait_for_new_node
from mosaic_installer.machine.engine.swarm.recovery import check_that_it_is_lost, recover
from mosaic_installer.machine.engine.swarm.start import start_swarm
from mosaic_installer.machine.environment import variables
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_typed

TOKEN = "MOSAIC_JOIN_TOKEN"  # noqa: S105 - the name of a variable
HINT = f"give it on stdin, with `--token-file FILE`, or in {TOKEN} or {TOKEN}_FILE"


def init(address: str) -> int:
    """Make a Swarm of one node; nothing to do where there is one."""
    if not start_swarm(address):
        output.say("This machine manages a Swarm already.")
        return 0
    output.say("This machine is now a Swarm of one node, and manages it.")
    _tell_of_address(address)
    output.say(
        "Its port 2377 is open for other nodes; let a firewall keep everybody else away from it."
    )
    output.say(
        "Install on it with `mosaic install --tier standalone --set gateway.runtime=swarm --set "
        "gateway.bind=0.0.0.0`. `mosaic cluster join-token` lets other machines join."
    )
    return 0


def join_token(*, is_manager: bool, waits: bool) -> int:
    """Print the line that lets one more machine join; lines printed before work no more.

    Where it waits, the token works until a machine has joined, or the wait ends.
    """
    role: Role = "manager" if is_manager else "worker"
    invitation = invite(role)
    before = node_ids()
    # A word of the shell's own: the token is among the arguments of no program.
    output.data(f"echo {invitation.token.reveal()} | mosaic cluster join {invitation.address}")
    output.say(f"Type this line on the machine that is to be a {role}.")
    if not waits:
        output.say(
            "Keep it secret: it works until the next one is printed, so print one after each join."
        )
        return 0
    output.say("Waiting for it to join; Ctrl-C ends that, and makes the line useless.")
    try:
        name = wait_for_new_node(before)
    finally:
        rotate(role)
    output.say(f"{name} has joined. The line does not work any more.")
    return 0


def join_swarm(address: str, own_address: str, token_file: Path | None) -> int:
    """Let this machine join the Swarm of a manager; the token comes from anywhere but argv."""
    invitation = Invitation(address=address, token=_token(token_file))
    seen = join(invitation, own_address, output.say)
    if not seen.is_new:
        output.say("This machine is a node of that Swarm already.")
        if not seen.is_manager:
            # An engine whose node was removed does not know it, and goes on asking. It is not told
            # to leave from here: one that was not removed would lose what labels say of its data.
            output.say(
                "If `docker node ls`, on a manager, does not list it, it was removed there: run "
                "`docker swarm leave` here, then type the line again."
            )
        return 0
    output.say(f"This machine is now a {'manager' if seen.is_manager else 'worker'} of the Swarm.")
    if seen.is_manager:
        rotate("manager")  # a worker cannot; a manager's token is worth more
        _tell_of_managers(seen)
    _tell_of_address(own_address)
    if not seen.can_gossip:
        output.say(
            "warning: port 7946/tcp of the manager does not answer from here, so services on both "
            "would not reach each other\n  hint: open 7946/tcp, 7946/udp and 4789/udp between all "
            "nodes"
        )
    output.say("`docker node ls`, on a manager, shows all nodes.")
    return 0


def _tell_of_address(address: str) -> None:
    """Warn of an address that only a router may have: a Swarm cannot change it afterwards."""
    if not is_of_this_machine(address):
        output.say(
            f"warning: this machine does not have the address {address}, by which the other nodes "
            "are to reach it\n  hint: if a router forwards it, all is well; if it is a mistake, "
            "run `docker swarm leave --force` here and begin again"
        )


def _tell_of_managers(seen: Membership) -> None:
    if seen.managers == 2:
        output.say(
            "warning: 2 managers are worse than one: if either is lost, nothing can be changed\n"
            "  hint: let a third join (`mosaic cluster join-token --manager`)"
        )


def _token(file: Path | None) -> Secret:
    given = variables()
    if file is None and given.get(TOKEN):
        return Secret(given[TOKEN].strip())
    named = given.get(f"{TOKEN}_FILE")
    path = file or (Path(named) if named else None)
    return read_secret(path or (None if is_typed() else Path("-")), "Join token", HINT)


def recover_swarm(*, assume_yes: bool) -> int:
    """Make this machine the only manager, where most of the others are lost."""
    check_that_it_is_lost()
    if not agrees(
        "Make this machine the only manager of the Swarm, and start again what runs on it?",
        "the Swarm would forget its other managers for good, and what runs on this machine would "
        "start again",
        assume_yes=assume_yes,
    ):
        return 0
    recover()
    output.say(
        "This machine is now the only manager. What runs on it starts again by itself; `mosaic "
        "cluster status` shows when it has. What runs on workers goes on."
    )
    output.say(
        "The former managers no longer belong to it, though they are still listed: run `mosaic "
        "cluster remove NODE` here for each. If one comes back, run `docker swarm leave --force` "
        "on it before anything else, then let it join again: it would go on as a Swarm of its own."
    )
    return 0
