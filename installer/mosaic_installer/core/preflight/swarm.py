"""Checks of a Docker Swarm; where none is asked for they find nothing."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.cluster.forgetting import how_to_forget
from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.oldest import OLDEST_API, OLDEST_NAME
from mosaic_installer.core.cluster.stranded import stranded_of
from mosaic_installer.core.containers.engine import Swarm
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.published import published_ports
from mosaic_installer.core.containers.version import version_of
from mosaic_installer.core.containers.wanted import cannot_ask_swarm, services_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, Remedy, error, warning
from mosaic_installer.core.preflight.engine import usable_engine
from mosaic_installer.core.runtime import is_in_mesh, is_on_swarm

EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not bound


def swarm_is_managed_here(facts: Facts, answers: Answers) -> Finding | None:
    """Only a manager makes services, and says what they do."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.swarm.knows_nodes:
        return None
    if cannot_ask_swarm(facts, answers):
        return error(
            "most managers of the Swarm are lost: nothing on it can be changed",
            "after a moment they may have chosen a leader again; else bring them back, or, if they "
            "are gone for good, run `mosaic cluster recover`",
        )
    if not is_on_swarm(answers):
        return None
    if engine.swarm.node:
        return error(
            "this machine's engine is a worker of its Swarm, which cannot make services",
            "install on a manager, or promote this node there: `docker node promote`",
        )
    return error(
        "`gateway.runtime` is `swarm`, but this machine's engine is in no Docker Swarm",
        "run `mosaic cluster init`, which makes a Swarm of this machine, or choose "
        "`--set gateway.runtime=container`",
    )


def swarm_engine_is_recent(facts: Facts, answers: Answers) -> Finding | None:
    """Older engines drop `NoNewPrivileges` of a service without a word."""
    engine = usable_engine(facts, answers)
    if engine is None or not is_on_swarm(answers):
        return None
    if version_of(engine.api_version) >= OLDEST_API:
        return None
    return error(
        f"services of a Swarm need {OLDEST_NAME} or later; this is {engine.version}",
        "update Docker, or choose `--set gateway.runtime=container`",
    )


def swarm_port_may_be_open(_facts: Facts, answers: Answers) -> Finding | None:
    """A Swarm publishes on all addresses of a node: it knows no single one, not even loopback."""
    if not is_on_swarm(answers) or answers.tier == "local" or answers.gateway.bind == EVERYWHERE:
        return None
    nodes = "every node" if is_in_mesh(answers) else "the gateway's node"
    return error(
        f"a Swarm opens port {answers.gateway.port} on every address of {nodes}, "
        f"without TLS; it cannot keep it on {answers.gateway.bind}",
        f"agree with `--set gateway.bind={EVERYWHERE}`, and let a firewall or a TLS proxy guard "
        "the port; or choose `--set gateway.runtime=container`",
        Remedy(key="gateway.bind", text=EVERYWHERE),
    )


def swarm_publishes_no_server(_facts: Facts, answers: Answers) -> Finding | None:
    """What belongs on 127.0.0.1 would be open to the network."""
    if not is_on_swarm(answers):
        return None
    private = [
        port
        for port in published_ports(answers)
        if port.service != GATEWAY and port.port.reach != "network"
    ]
    if not private:
        return None
    named = ", ".join(f"{port.number} of {port.service}" for port in private)
    return error(
        f"a Swarm would open these ports on every address of a node: {named}",
        "leave those settings at their defaults (`mosaic config unset`); with a Swarm, traces need "
        "a collector of your own (`telemetry.endpoint`)",
    )


def data_is_on_this_machine(facts: Facts, answers: Answers) -> Finding | None:
    """Containers find only what is here, and would begin anew beside data on another node."""
    if is_on_swarm(answers):
        return None
    far = {name: facts.elsewhere[name] for name in services_of(answers) if name in facts.elsewhere}
    if not far:
        return None
    swarm = facts.around.engine.swarm if facts.around.engine else Swarm()
    named = ", ".join(f"of {name} on {far[name]}" for name in far)
    moves = joined([f"`mosaic cluster move {name} {swarm.name or swarm.node}`" for name in far])
    silent = [node for node in dict.fromkeys(far.values()) if node in swarm.silent]
    remedy = None
    way = f"move it here first: {moves}"
    if not facts.host.installation.runtime:
        # It was uninstalled, or its settings are lost: what is not installed cannot be moved.
        remedy = Remedy(key="gateway.runtime", text="swarm")
        way = "install it on the Swarm, where it finds its data: `--set gateway.runtime=swarm`"
    elif silent:
        forgets = " and ".join(map(how_to_forget, silent))
        way = (
            f"start {joined(silent)}, then move it here: {moves}. If that is gone for good, "
            f"{forgets} forgets it, and its data with it"
        )
    return error(
        f"data is on other nodes of the Swarm ({named}), where containers would not find it",
        way,
        remedy,
    )


def swarm_services_have_a_node(facts: Facts, answers: Answers) -> Finding | None:
    """What runs on one node alone, because its data is there, waits while that is gone."""
    engine = usable_engine(facts, answers)
    if engine is None or not is_on_swarm(answers):
        return None
    wanted = {name: engine.swarm.places.get(name, ()) for name in services_of(answers)}
    # What runs on a paused node goes on there; a gateway comes to this node in any case.
    found = stranded_of(
        {
            name: places
            for name, places in wanted.items()
            if all(place.availability != "pause" for place in places)
            and (name != GATEWAY or engine.swarm.name in {place.name for place in places})
        },
        engine.swarm.left,
    )
    if found is None:
        return None
    refusal = found.refusal()
    # No error: a node that is down may be on its way back, and who waits for it looks again.
    return warning(refusal.message, refusal.hint)


def moves_on_the_swarm_have_ended(facts: Facts, answers: Answers) -> Finding | None:
    """Nothing else tells why a service that is on its way to another node does not run."""
    engine = usable_engine(facts, answers)
    if engine is None or not is_on_swarm(answers) or not engine.swarm.moves:
        return None
    moves = engine.swarm.moves
    return warning("; ".join(each.what_is for each in moves), moves[0].way)


def swarm_has_enough_nodes(facts: Facts, answers: Answers) -> Finding | None:
    """Published on the node itself, every gateway has a port there that no other can have."""
    engine = usable_engine(facts, answers)
    if engine is None or not is_on_swarm(answers) or not engine.swarm.knows_nodes:
        return None
    if is_in_mesh(answers):
        return None
    wanted, there = answers.gateway.replicas, engine.swarm.nodes
    if wanted <= there:
        return None
    return error(
        f"`gateway.replicas` is {wanted}, but the Swarm has {there} "
        f"{'node' if there == 1 else 'nodes'}, and each runs one gateway at most",
        "let another machine join (`mosaic cluster join-token`), or choose `--set "
        f"gateway.replicas={there}`",
        Remedy(key="gateway.replicas", text=str(there)),
    )


def swarm_mesh_has_ipvs(facts: Facts, answers: Answers) -> Finding | None:
    """The routing mesh is done by the kernel (IPVS); this looks at this machine's alone.

    Where Docker itself has to load it, Docker's settings for the mesh are lost, without which it
    drops what reaches a lost gateway's connections (moby/moby#46892, seen with 26.1).
    """
    engine = usable_engine(facts, answers)
    if engine is None or engine.is_desktop or not is_in_mesh(answers):
        return None
    if facts.around.has_ipvs is not False:
        return None if facts.around.loads_ipvs else _late_ipvs()
    return error(
        "`gateway.publish` is `ingress`, but this machine's kernel has no IPVS, which a Swarm's "
        "routing mesh needs",
        "use a kernel that has it (`CONFIG_IP_VS`, the module `ip_vs`), on every node; or choose "
        "`--set gateway.publish=host`",
        Remedy(key="gateway.publish", text="host"),
    )


def _late_ipvs() -> Finding:
    return warning(
        "the kernel's module `ip_vs` may be loaded after Docker starts; then, when a node is lost, "
        "some requests fail for up to a minute longer",
        "on every node: `echo ip_vs | sudo tee /etc/modules-load.d/ip_vs.conf`, then restart the "
        "machine",
    )
